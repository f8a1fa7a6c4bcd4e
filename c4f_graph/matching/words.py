"""The words of organisations' names that mean the same, nothing, or a kind, in German and English.

All are written as `names.folded` leaves them: lower case, without accents, ä as a, ß as ss.
"""

from __future__ import annotations

LEGAL_FORMS = (
    "gesellschaft mit beschrankter haftung",
    "gemeinnutzige gesellschaft mit beschrankter haftung",
    "mit beschrankter haftung",
    "unternehmergesellschaft haftungsbeschrankt",
    "kommanditgesellschaft auf aktien",
    "korperschaft des offentlichen rechts",
    "anstalt des offentlichen rechts",
    "stiftung des offentlichen rechts",
    "stiftung burgerlichen rechts",
    "eingetragene genossenschaft",
    "eingetragener verein",
    "societas europaea",
    "kommanditgesellschaft",
    "aktiengesellschaft",
    "haftungsbeschrankt",
    "europaische gesellschaft",
    "gmbh & co kg",
    "gmbh & co kgaa",
    "se & co kg",
    "ag & co kg",
    "b v & co kg",
    "& co kg",
    "& co kgaa",
    "& co ohg",
    "g gmbh",
    "ggmbh",
    "gmbh",
    "mbh",
    "kgaa",
    "kdor",
    "kgdor",
    "aor",
    "ohg",
    "gbr",
    "ag",
    "se",
    "kg",
    "ug",
    "eg",
    "ev",
    "e v",
    "e k",
    "b v",
    "bv",
    "nv",
    "plc",
    "ltd",
    "inc",
    "llc",
)
"""Dropped wherever they stand; the longest is tried first."""

STOP_WORDS = frozenset(
    "a am an and at auf aus bei das dem den der des die e en et fur im in of on the u und v vom von"
    " zu zum zur".split()
)
"""Words that carry no meaning of their own in a name."""

PHRASES = {
    "fraunhofer gesellschaft zur forderung der angewandten forschung": "fraunhofer gesellschaft",
    "max planck gesellschaft zur forderung der wissenschaften": "max planck gesellschaft",
    "hahn schickard gesellschaft fur angewandte forschung": "hahn schickard gesellschaft",
    "university medical center": "universitat klinikum",
    "university hospital": "universitat klinikum",
    "university of technology": "technische universitat",
    "university of applied sciences": "hochschule",
    "technical university": "technische universitat",
    "research center": "forschungszentrum",
    "research centre": "forschungszentrum",
    "frankfurt am main": "frankfurt",
    "freiburg im breisgau": "freiburg",
    "freiburg i br": "freiburg",
    "halle saale": "halle",
    "ulm donau": "ulm",
}
"""Several words for which others stand."""

SYNONYMS = {
    "co": "",
    "center": "zentrum",
    "centre": "zentrum",
    "centrum": "zentrum",
    "city": "stadt",
    "fh": "hochschule",
    "fachhochschule": "hochschule",
    "ges": "gesellschaft",
    "hs": "hochschule",
    "ihk": "industrie handelskammer",
    "inst": "institut",
    "institute": "institut",
    "landeshauptstadt": "stadt",
    "hansestadt": "stadt",
    "mpi": "max planck institut",
    "munich": "munchen",
    "cologne": "koln",
    "hanover": "hannover",
    "society": "gesellschaft",
    "tech": "technische",
    "techn": "technische",
    "th": "technische hochschule",
    "tu": "technische universitat",
    "tud": "technische universitat dresden",
    "tuk": "technische universitat kaiserslautern",
    "tum": "technische universitat munchen",
    "uni": "universitat",
    "uniklinik": "universitat klinikum",
    "uniklinikum": "universitat klinikum",
    "univ": "universitat",
    "universitatsstadt": "stadt",
    "universitatsklinikum": "universitat klinikum",
    "universitatsklinik": "universitat klinikum",
    "universitatsmedizin": "universitat klinikum",
    "universitatskliniken": "universitat klinikum",
    "university": "universitat",
    "universitats": "universitat",
    "zentren": "zentrum",
}
"""One word for which others stand, or none."""

KINDS = {
    "universitat": "university",
    "hochschule": "college",
    "klinikum": "hospital",
    "krankenhaus": "hospital",
    "klinik": "hospital",
    "charite": "hospital",
    "stadt": "city",
    "stiftung": "foundation",
    "stadtwerke": "utility",
    "handelskammer": "chamber",
    "handwerkskammer": "chamber",
    "akademie": "academy",
    "museum": "museum",
    "stadtmuseum": "museum",
    "schule": "school",
    "studierendenwerk": "student services",
    "studentenwerk": "student services",
}
"""Words that say what kind of organisation bears a name: one kind is not another."""

KINDS_OF_THEIR_OWN = frozenset({"hospital", "foundation"})
"""Kinds whose names are made of others': a hospital is never the university that it is of."""

PARTS = frozenset(
    "abteilung department fachbereich fachgebiet fakultat faculty graduiertenschule institut"
    " lehrstuhl professur seminar sektion werk zentrum chair zweigstelle niederlassung".split()
)
"""Words that say that the name is one of a part, where another name does not have them."""

SORTS = frozenset(
    "evangelische freie internationale katholische kunste medizinische musik padagogische"
    " private sport technische theater wirtschaft".split()
)
"""Words that tell an organisation from the other ones of its kind in the same town."""
