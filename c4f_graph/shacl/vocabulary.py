"""The terms of the SHACL vocabulary, by which a misspelt one is known (SHACL, appendix C)."""

from __future__ import annotations

_CLASSES = """
    AbstractResult ConstraintComponent Function JSConstraint JSExecutable JSFunction JSLibrary
    JSRule JSTarget JSTargetType JSValidator NodeKind NodeShape Parameter Parameterizable
    PrefixDeclaration PropertyGroup PropertyShape ResultAnnotation Rule SPARQLAskExecutable
    SPARQLAskValidator SPARQLConstraint SPARQLConstructExecutable SPARQLExecutable SPARQLFunction
    SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType
    SPARQLUpdateExecutable Severity Shape Target TargetType TripleRule ValidationReport
    ValidationResult Validator
"""
_COMPONENTS = """
    And Class Closed Datatype Disjoint Equals Expression HasValue In JS LanguageIn LessThan
    LessThanOrEquals MaxCount MaxExclusive MaxInclusive MaxLength MinCount MinExclusive
    MinInclusive MinLength Node NodeKind Not Or Pattern Property QualifiedMaxCount
    QualifiedMinCount SPARQL UniqueLang Xone
"""
_PARAMETERS = """
    AndConstraintComponent-and ClassConstraintComponent-class ClosedConstraintComponent-closed
    ClosedConstraintComponent-ignoredProperties DatatypeConstraintComponent-datatype
    DisjointConstraintComponent-disjoint EqualsConstraintComponent-equals
    ExpressionConstraintComponent-expression HasValueConstraintComponent-hasValue
    InConstraintComponent-in JSConstraint-js LanguageInConstraintComponent-languageIn
    LessThanConstraintComponent-lessThan LessThanOrEqualsConstraintComponent-lessThanOrEquals
    MaxCountConstraintComponent-maxCount MaxExclusiveConstraintComponent-maxExclusive
    MaxInclusiveConstraintComponent-maxInclusive MaxLengthConstraintComponent-maxLength
    MinCountConstraintComponent-minCount MinExclusiveConstraintComponent-minExclusive
    MinInclusiveConstraintComponent-minInclusive MinLengthConstraintComponent-minLength
    NodeConstraintComponent-node NodeKindConstraintComponent-nodeKind NotConstraintComponent-not
    OrConstraintComponent-or PatternConstraintComponent-flags PatternConstraintComponent-pattern
    PropertyConstraintComponent-property
    QualifiedMaxCountConstraintComponent-qualifiedMaxCount
    QualifiedMaxCountConstraintComponent-qualifiedValueShape
    QualifiedMaxCountConstraintComponent-qualifiedValueShapesDisjoint
    QualifiedMinCountConstraintComponent-qualifiedMinCount
    QualifiedMinCountConstraintComponent-qualifiedValueShape
    QualifiedMinCountConstraintComponent-qualifiedValueShapesDisjoint
    SPARQLConstraintComponent-sparql UniqueLangConstraintComponent-uniqueLang
    XoneConstraintComponent-xone
"""
_INDIVIDUALS = """
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Info Literal Violation Warning
    this
"""
_PROPERTIES = """
    alternativePath and annotationProperty annotationValue annotationVarName ask class closed
    condition conforms construct datatype deactivated declare defaultValue description detail
    disjoint entailment equals expression filterShape flags focusNode group hasValue
    ignoredProperties in intersection inversePath js jsFunctionName jsLibrary jsLibraryURL
    labelTemplate languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive
    maxLength message minCount minExclusive minInclusive minLength name namespace node nodeKind
    nodeValidator nodes not object oneOrMorePath optional or order parameter path pattern
    predicate prefix prefixes property propertyValidator qualifiedMaxCount qualifiedMinCount
    qualifiedValueShape qualifiedValueShapesDisjoint result resultAnnotation resultMessage
    resultPath resultSeverity returnType rule select severity shapesGraph
    shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape sparql subject
    suggestedShapesGraph target targetClass targetNode targetObjectsOf targetSubjectsOf union
    uniqueLang update validator value xone zeroOrMorePath zeroOrOnePath
"""

TERMS = frozenset(
    [
        *_CLASSES.split(),
        *(f"{name}ConstraintComponent" for name in _COMPONENTS.split()),
        *_PARAMETERS.split(),
        *_INDIVIDUALS.split(),
        *_PROPERTIES.split(),
    ]
)


def nearest(name: str) -> str | None:
    """Return the local name of the known term that is most like an unknown one, if any is."""
    import difflib  # it is slow to load and seldom needed

    lowered = {term.lower(): term for term in sorted(TERMS, reverse=True)}
    found = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None
