"""The words of messages for constraints whose shape has none, in English and German.

A phrase is what follows "must" or "muss" in a sentence, where it stands as `{must}`.
"""

from __future__ import annotations

LANGUAGES = ("en", "de")
Texts = tuple[str, str]

SENTENCES: dict[str, Texts] = {
    "MinCount": ("There must be at least {number}.", "Nötig: mindestens {number}."),
    "MaxCount": ("There must be at most {number}.", "Erlaubt: höchstens {number}."),
    "UniqueLang": (
        "No two {subjects} may be in the same language.",
        "Keine zwei {subjects} dürfen in derselben Sprache sein.",
    ),
    "HasValue": ("One {subject} must be {term}.", "Ein {subject} muss {term} sein."),
    "Equals": (
        "The {subjects} must be those of {predicate}.",
        "Die {subjects} müssen die von {predicate} sein.",
    ),
    "Disjoint": (
        "No {subject} may be among those of {predicate}.",
        "Kein {subject} darf unter denen von {predicate} sein.",
    ),
    "Empty": ("The node may have no properties.", "Der Knoten darf keine Eigenschaften haben."),
    "Closed": (
        "The node may have no other properties than {listed}.",
        "Der Knoten darf keine anderen Eigenschaften haben als {listed}.",
    ),
    "QualifiedMin": (
        "At least {count} of the {subjects} must {must}.",
        "Für mindestens {count} der {subjects} muss gelten: {must}.",
    ),
    "QualifiedMax": (
        "At most {count} of the {subjects} must {must}.",
        "Für höchstens {count} der {subjects} darf gelten: {must}.",
    ),
    "Not": ("Each {subject} must not {must}.", "Kein {subject} darf {must}."),
    "NodeNot": ("The node must not {must}.", "Der Knoten darf nicht {must}."),
    "Each": ("Each {subject} must {must}.", "Jeder {subject} muss {must}."),
    "Node": ("The node must {must}.", "Der Knoten muss {must}."),
}
PHRASES: dict[str, Texts] = {
    "Shape": ("conform to the shape {shape}", "der Form {shape} entsprechen"),
    "Unnamed": ("conform to an unnamed shape", "einer Form ohne Namen entsprechen"),
    "UnnamedOn": (
        "conform to an unnamed shape on {path}",
        "einer Form ohne Namen zu {path} entsprechen",
    ),
    "Satisfy": ("satisfy {component}", "{component} erfüllen"),
    "Any": ("conform to the shape", "der Form entsprechen"),
    "Class": ("be of class {term}", "von der Klasse {term} sein"),
    "Datatype": (
        "be a well-formed literal of datatype {term}",
        "ein wohlgeformtes Literal des Datentyps {term} sein",
    ),
    "BlankNode": ("be a blank node", "ein Blank Node sein"),
    "IRI": ("be an IRI", "eine IRI sein"),
    "Literal": ("be a literal", "ein Literal sein"),
    "BlankNodeOrIRI": ("be a blank node or an IRI", "ein Blank Node oder eine IRI sein"),
    "BlankNodeOrLiteral": (
        "be a blank node or a literal",
        "ein Blank Node oder ein Literal sein",
    ),
    "IRIOrLiteral": ("be an IRI or a literal", "eine IRI oder ein Literal sein"),
    "MinExclusive": ("be more than {limit}", "größer als {limit} sein"),
    "MinInclusive": ("be at least {limit}", "mindestens {limit} sein"),
    "MaxExclusive": ("be less than {limit}", "kleiner als {limit} sein"),
    "MaxInclusive": ("be at most {limit}", "höchstens {limit} sein"),
    "MinLength": ("have at least {number}", "mindestens {number} haben"),
    "MaxLength": ("have at most {number}", "höchstens {number} haben"),
    "Pattern": ('match the pattern "{pattern}"', 'dem Muster "{pattern}" entsprechen'),
    "LanguageIn": (
        "be in one of the languages {listed}",
        "in einer der Sprachen {listed} sein",
    ),
    "In": ("be one of {listed}", "einer dieser Werte sein: {listed}"),
    "LessThan": (
        "be less than those of {predicate}",
        "kleiner als die von {predicate} sein",
    ),
    "LessThanOrEquals": (
        "be at most those of {predicate}",
        "höchstens so groß wie die von {predicate} sein",
    ),
    "HasValue": ("be {term}", "{term} sein"),
    "Xone": ("do exactly one of these: {listed}", "genau eins davon erfüllen: {listed}"),
    "HasMinCount": ("have at least {number}", "mindestens {number} haben"),
    "HasMaxCount": ("have at most {number}", "höchstens {number} haben"),
    "HasOne": (
        "have {term} as a value of {path}",
        "{term} als einen Wert von {path} haben",
    ),
}
WORDS: dict[str, Texts] = {
    "and": (" and ", " und "),
    "or": (" or ", " oder "),
    "more": (" and {count} more", " und {count} weitere"),
    "node": ("node", "Knoten"),
    "nodes": ("nodes", "Knoten"),
    "value": ("value of {path}", "Wert von {path}"),
    "values": ("values of {path}", "Werte von {path}"),
    "character": ("character", "Zeichen"),
    "characters": ("characters", "Zeichen"),
}
