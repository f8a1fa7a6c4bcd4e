"""Write rows of the funding catalogue as N-Quads in the named graph of one edition.

N-Quads are written as text (https://www.w3.org/TR/n-quads/): a row becomes some twenty statements,
and to make an object of each would take most of the time of an import.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from c4f_graph.imports.background import Background, code
from c4f_graph.imports.columns import columns
from c4f_graph.imports.slugs import short_hash, slug
from c4f_graph.namespaces import C4F, DCTERMS, FOAF, GRAPH, ID, RDF, RDFS, SKOS, VOCAB, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from c4f_graph.imports.catalogue_row import Cells, Values

_TYPE = f"<{RDF}type>"
_LABEL = f"<{RDFS}label>"
_ALT_LABEL = f"<{SKOS}altLabel>"
_SHORT_NAME = f"<{C4F}shortName>"
_OF_CLUSTER = f"<{C4F}ofCluster>"
_FOR_PROJECT = f"<{C4F}forProject>"
_IN_STATE = f"<{C4F}inState>"
_MUNICIPALITY = f"<{C4F}municipality>"
_PLAN = f"<{C4F}planClassification>"
_PROPERTY = {column.key: f"<{column.property}>" for column in columns()}
_TEXTS = [
    (index, f"<{column.property}>")
    for index, column in enumerate(columns())
    if column.of == "project" and column.value == "text"
]
_GERMANY = {"", "deutschland", "bundesrepublik deutschland", "de", "d", "deu"}
_PUBLISHER = f"<{ID}publisher/foerderportal-bund>"
_RIGHTS = "Under the publisher's terms; only facts are taken from it."
_SPECIAL = re.compile(r'["\\\n\r]')
_ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r"})
_PREFIX_LENGTH = 8
_PROGRAMME = re.compile(r"03ZU[0-9]{4}")
_JOINT_SLUG = 60


def edition_iri(as_of: date) -> str:
    """Give the IRI of the named graph of the edition of a day."""
    return f"{GRAPH}foerderkatalog-{as_of.isoformat()}"


class CatalogueGraph:
    """The statements of one edition.

    Attributes:
        variants: how many names go to an identifier that bears another way of writing them.
        odd_keys: municipality keys that are not of eight digits, counted.
        odd_states: names of Länder that the vocabulary does not have, counted.
        without_cluster: funding references of the programme whose cluster the registry does not
            tell, by their beginning.
        statements: the statements that were written.
    """

    def __init__(self, as_of: date, background: Background) -> None:
        self._as_of = as_of.isoformat()
        self.iri = edition_iri(as_of)
        self._end = f" <{self.iri}> .\n"
        self._background = background
        self._names: dict[str, set[str]] = {}
        self._seen: set[str] = set()
        self._bodies: dict[tuple[str, ...], str] = {}
        self._ministries: dict[str, str] = {}
        self._agencies: dict[str, str] = {}
        self.variants = 0
        self.odd_keys: Counter[str] = Counter()
        self.odd_states: Counter[str] = Counter()
        self.without_cluster: Counter[str] = Counter()
        self.statements = 0

    def metadata(self, hashes: Iterable[str]) -> str:
        """Give what the edition says of itself.

        Args:
            hashes: SHA-256 of the bytes of each file, in hexadecimal digits.
        """
        graph = f"<{self.iri}>"
        day = f'"{self._as_of}"^^<{XSD}date>'
        lines = [
            f"{graph} {_TYPE} <{C4F}Source>",
            f'{graph} <{DCTERMS}title> "Förderkatalog des Bundes, Stand {self._as_of}"@de',
            f"{graph} <{DCTERMS}publisher> {_PUBLISHER}",
            f"{graph} <{DCTERMS}issued> {day}",
            f"{graph} <{C4F}documentURL> <https://foerderportal.bund.de/foekat>",
            f"{graph} <{C4F}sourceKind> <{VOCAB}source-kind/funding-catalogue>",
            f'{graph} <{DCTERMS}rights> "{_RIGHTS}"@en',
            f'{graph} <{DCTERMS}language> "de"',
            f"{graph} <{C4F}consulted> {day}",
            *(f'{graph} <{C4F}fileHash> "sha256:{digest}"' for digest in dict.fromkeys(hashes)),
            f"{_PUBLISHER} {_TYPE} <{C4F}Publisher>",
            f'{_PUBLISHER} {_LABEL} "Förderportal des Bundes"@de',
            f"{_PUBLISHER} <{FOAF}homepage> <https://foerderportal.bund.de>",
        ]
        return self._written(lines)

    def row(self, cells: Cells, values: Values, number: int) -> str:
        """Give the statements of a row that no former row has made.

        Args:
            cells: its texts.
            values: its reference, dates and sum.
            number: which award of its project it is, from 1.
        """
        out: list[str] = []
        slug = quote(values.reference.lower(), safe="")
        project = f"<{ID}project/{slug}>"
        award = f"<{ID}award/{slug}{f'-{number}' if number > 1 else ''}>"
        recipient = self._body(out, *cells[5:11])
        out += (
            f"{project} {_TYPE} <{C4F}Project>",
            f"{project} {_LABEL} {_literal(cells.theme or values.reference)}@de",
            f"{project} {_PROPERTY['reference']} {_literal(values.reference)}",
        )
        out += [
            f"{project} {term} {_literal(cells[index])}" for index, term in _TEXTS if cells[index]
        ]
        if values.start:
            out.append(f'{project} {_PROPERTY["start"]} "{values.start}"^^<{XSD}date>')
        if values.end:
            out.append(f'{project} {_PROPERTY["end"]} "{values.end}"^^<{XSD}date>')
        if cells.agency:
            out.append(f"{project} {_PROPERTY['agency']} {self._agency(out, cells.agency)}")
        if recipient:
            out.append(f"{project} {_PROPERTY['recipient']} {recipient}")
        if executing_body := self._body(out, *cells[11:17]):
            out.append(f"{project} {_PROPERTY['executing_body']} {executing_body}")
        if plan := self._plan(out, cells.plan_code, cells.plan_text):
            out.append(f"{project} {_PLAN} {plan}")
        cluster = self._cluster(values.reference)
        if cluster:
            out.append(f"{project} {_OF_CLUSTER} <{cluster}>")
        if cells.joint_project:
            joint = self._joint_project(out, cells.joint_project, cluster)
            out.append(f"{project} {_PROPERTY['joint_project']} {joint}")
        out += (f"{award} {_TYPE} <{C4F}FundingAward>", f"{award} {_FOR_PROJECT} {project}")
        if recipient:
            out.append(f"{award} {_PROPERTY['recipient']} {recipient}")
        if values.amount is not None:
            out.append(f'{award} {_PROPERTY["amount"]} "{values.amount}"^^<{XSD}decimal>')
        if cells.ministry:
            out.append(f"{award} {_PROPERTY['ministry']} {self._ministry(out, cells.ministry)}")
        return self._written(out)

    def _written(self, lines: list[str]) -> str:
        self.statements += len(lines)
        return self._end.join(lines) + self._end

    def _body(
        self,
        out: list[str],
        name: str,
        key: str,
        city: str,
        locality: str,
        state: str,
        country: str,
    ) -> str | None:
        """Give a recipient or executing body, by its name and municipality."""
        if not name:
            return None
        written = (name, key, city, locality, state, country)
        if known := self._bodies.get(written):
            return known
        municipality = self._key(key)
        place = municipality or slug(city or locality)
        ending = f"-{place}" if place else ""
        body = f"<{ID}catalogue-body/{slug(name) or short_hash(name)}{ending}>"
        self._bodies[written] = body
        self._name(out, body, "CatalogueBody", name)
        if municipality:
            self._once(
                out,
                f"{body} {_MUNICIPALITY} {self._municipality(out, municipality, city, state)}",
            )
        elif state_iri := self._state(state, country):
            self._once(out, f"{body} {_IN_STATE} {state_iri}")
        if locality or (city and not municipality):
            self._once(
                out, f"{body} {_PROPERTY['recipient_locality']} {_literal(locality or city)}"
            )
        if country.lower() not in _GERMANY:
            self._once(out, f"{body} {_PROPERTY['recipient_country']} {_literal(country)}")
        return body

    def _key(self, text: str) -> str:
        """Give an official municipality key; spreadsheets take the zero before it away."""
        if not text:
            return ""
        key = text.zfill(8) if text.isascii() and text.isdigit() and len(text) >= 7 else ""
        if len(key) != 8:
            self.odd_keys[text] += 1
            return ""
        return key

    def _municipality(self, out: list[str], key: str, name: str, state: str) -> str:
        municipality = f"<{ID}municipality/{key}>"
        if municipality not in self._names:
            out.append(f'{municipality} {_PROPERTY["recipient_key"]} "{key}"')
        self._name(out, municipality, "Municipality", name or key)
        if state_iri := self._state(state, ""):
            self._once(out, f"{municipality} {_IN_STATE} {state_iri}")
        return municipality

    def _state(self, name: str, country: str) -> str | None:
        if not name or country.lower() not in _GERMANY:
            return None
        found = self._background.states.get(name)
        if found is None:
            self.odd_states[name] += 1
        return f"<{found}>" if found else None

    def _plan(self, out: list[str], plan_code: str, text: str) -> str | None:
        if not plan_code and not text:
            return None
        plan = (
            f"<{ID}plan-classification/{slug(plan_code or text) or short_hash(plan_code or text)}>"
        )
        self._name(out, plan, "PlanClassification", text or plan_code)
        if plan_code:
            self._once(out, f"{plan} {_PROPERTY['plan_code']} {_literal(plan_code)}")
        return plan

    def _cluster(self, reference: str) -> str | None:
        found = self._background.clusters.get(reference[:_PREFIX_LENGTH])
        if found is None and _PROGRAMME.match(reference):
            self.without_cluster[reference[:_PREFIX_LENGTH]] += 1
        return found

    def _joint_project(self, out: list[str], name: str, cluster: str | None) -> str:
        ending = "-".join(filter(None, (slug(name)[:_JOINT_SLUG].strip("-"), short_hash(name))))
        joint = f"<{ID}project/joint-{ending}>"
        self._name(out, joint, "Project", name)
        if cluster:
            self._once(out, f"{joint} {_OF_CLUSTER} <{cluster}>")
        return joint

    def _ministry(self, out: list[str], name: str) -> str:
        if name not in self._ministries:
            known = self._background.ministries.get(code(name))
            self._ministries[name] = self._office(out, known, "ministry", "Ministry", name)
        return self._ministries[name]

    def _agency(self, out: list[str], name: str) -> str:
        if name not in self._agencies:
            known = self._background.agencies.get(code(name))
            self._agencies[name] = self._office(
                out, known, "agency", "ProjectManagementAgency", name
            )
        return self._agencies[name]

    def _office(
        self, out: list[str], known: str | None, kind: str, class_name: str, name: str
    ) -> str:
        """Give a ministry or agency, which the edition describes if the registry does not."""
        if known is not None:
            return f"<{known}>"
        office = f"<{ID}{kind}/{slug(name) or short_hash(name)}>"
        if office not in self._names:
            out.append(f"{office} {_SHORT_NAME} {_literal(name)}")
        self._name(out, office, class_name, name)
        return office

    def _name(self, out: list[str], iri: str, class_name: str, name: str) -> None:
        """Declare a thing with its name, once; another way of writing it is another name."""
        names = self._names.get(iri)
        if names is None:
            self._names[iri] = {name}
            out += (f"{iri} {_TYPE} <{C4F}{class_name}>", f"{iri} {_LABEL} {_literal(name)}@de")
        elif name not in names:
            names.add(name)
            self.variants += 1
            out.append(f"{iri} {_ALT_LABEL} {_literal(name)}@de")

    def _once(self, out: list[str], line: str) -> None:
        if line not in self._seen:
            self._seen.add(line)
            out.append(line)


def _literal(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"' if _SPECIAL.search(text) else f'"{text}"'
