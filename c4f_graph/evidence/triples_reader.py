"""Read triple patterns and property paths (SPARQL 1.1, sections 4.2 and 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

from c4f_graph.evidence.model import OURS, Path, Pattern, Span
from c4f_graph.evidence.query_text import end_of_brackets
from c4f_graph.namespaces import RDF

if TYPE_CHECKING:
    from c4f_graph.sparql_tokens import Token

_TYPE = f"<{RDF}type>"


class Refuse(Protocol):
    """Raises the error of a query whose sources cannot be traced."""

    def __call__(self, reason: str, token: Token | None) -> NoReturn:
        """Raise it, with a reason and where it stands."""


class TriplesReader:
    """A place in a query's tokens, and what can be read from there."""

    def __init__(self, tokens: list[Token], refuse: Refuse) -> None:
        self.tokens = tokens
        self.index = 0
        self._refuse = refuse
        self._blanks = 0
        self._labels: dict[str, int] = {}

    @property
    def token(self) -> Token | None:
        """The token here; None at the end."""
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    @property
    def word(self) -> str:
        """The keyword here, else an empty text."""
        return self.token.keyword if self.token else ""

    @property
    def sign(self) -> str:
        """The sign here, else an empty text."""
        return self.token.text if self.token and self.token.kind == "sign" else ""

    def since(self, start: int) -> list[Token]:
        """Give the tokens from a place to here."""
        return self.tokens[start : self.index]

    def accept(self, text: str) -> bool:
        """Step over a keyword or sign, if it is here."""
        is_here = text in {self.word, self.sign}
        self.index += is_here
        return is_here

    def expect(self, sign: str) -> None:
        """Step over a sign.

        Raises:
            QueryError: something else is here.
        """
        if not self.accept(sign):
            self._refuse(f"{self.token.text if self.token else 'its end'} is not known", self.token)

    def balanced(self) -> Span:
        """Step over what is in brackets, which start here."""
        start = self.index
        self.index = end_of_brackets(self.tokens, start)
        return start, self.index

    def triples(self) -> tuple[Pattern, ...]:
        """Read triple patterns, to the end of their block."""
        found: list[Pattern] = []
        while self._starts_a_term():
            has_properties = self.sign == "["
            subject = self._node(found)
            if not has_properties or self._starts_a_verb():
                self._properties(subject, found)
            if not self.accept("."):
                break
        if not found:
            self._refuse(f"{self.token.text if self.token else 'its end'} is not known", self.token)
        return tuple(found)

    def term(self) -> str:
        """Read a variable, an IRI or a literal as text; a blank node becomes a variable."""
        token = self.token
        if token is None:
            self._refuse("it ends too early", None)
        self.index += 1
        if token.variable:
            return f"?{token.variable}"
        if token.text in {"+", "-"}:
            return token.text + self.term()
        if token.kind == "name" and token.text.startswith("_:"):
            return f"?{OURS}label_{self._labels.setdefault(token.text, len(self._labels))}"
        if token.kind == "string":
            return token.text + self._literal_ending()
        if token.kind == "number":
            return token.text.rstrip(".")
        if token.kind not in {"iri", "name"} and token.keyword not in {"TRUE", "FALSE"}:
            self._refuse(f"{token.text} in a triple pattern", token)
        return token.text

    def _literal_ending(self) -> str:
        token = self.token
        if token is not None and token.kind == "language":
            self.index += 1
            return token.text
        if self.accept("^^"):
            return f"^^{self.term()}"
        return ""

    def _starts_a_term(self) -> bool:
        token = self.token
        return token is not None and (
            token.kind in {"iri", "name", "variable", "string", "number"}
            or token.keyword in {"TRUE", "FALSE"}
            or token.text in {"[", "(", "<", "+", "-"}
        )

    def _starts_a_verb(self) -> bool:
        token = self.token
        return token is not None and (
            token.kind in {"iri", "name", "variable"} or token.text in {"a", "^", "!", "("}
        )

    def _node(self, found: list[Pattern]) -> str:
        if not self.accept("["):
            return self.term()
        self._blanks += 1
        node = f"?{OURS}node_{self._blanks}"
        if self.sign != "]":
            self._properties(node, found)
        self.expect("]")
        return node

    def _properties(self, subject: str, found: list[Pattern]) -> None:
        while True:
            path = self._verb()
            while True:
                # What a blank node in its place is said to have comes after it.
                nested: list[Pattern] = []
                found.append(Pattern(subject, path, self._node(nested)))
                found += nested
                if not self.accept(","):
                    break
            if not self.accept(";"):
                return
            while self.accept(";"):
                pass
            if not self._starts_a_verb():
                return

    def _verb(self) -> Path:
        if self.token and self.token.variable:
            return Path("link", self.term())
        return self._alternative()

    def _alternative(self) -> Path:
        parts = [self._sequence()]
        while self.accept("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("alternative", parts=tuple(parts))

    def _sequence(self) -> Path:
        parts = [self._step()]
        while self.accept("/"):
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else Path("sequence", parts=tuple(parts))

    def _step(self) -> Path:
        if self.accept("^"):
            return Path("inverse", parts=(self._step(),))
        path = self._primary()
        if self.sign in {"?", "*", "+"}:
            path = Path(self.sign, parts=(path,))
            self.index += 1
        return path

    def _primary(self) -> Path:
        if self.accept("!"):
            inner = self._primary_or_inverse()
            return Path("negated", parts=inner.parts if inner.kind == "alternative" else (inner,))
        if self.accept("("):
            path = self._alternative()
            self.expect(")")
            return path
        if self.token and self.token.text == "a":
            self.index += 1
            return Path("link", _TYPE)
        return Path("link", self.term())

    def _primary_or_inverse(self) -> Path:
        if self.accept("^"):
            return Path("inverse", parts=(self._primary(),))
        return self._primary()
