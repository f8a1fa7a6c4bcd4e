// The editor of queries: YASGUI's YASQE in place of the form's field. It asks nothing of the network
// but this server's list of terms.
"use strict";

const form = document.querySelector("form.editor");
const text = form.elements.query;
const prefixes = [];
for (const line of document.querySelector(".prefixes").textContent.split("\n")) {
  if (line) prefixes.push(line.replace("PREFIX ", ""));
}
const terms = fetch(form.dataset.terms).then((answer) => (answer.ok ? answer.json() : []));
const names = new Map();
terms.then((all) => all.forEach((one) => names.set(one.term, one.name)));

const { Yasqe } = window.Yasqe.Yasqe ? window.Yasqe : { Yasqe: window.Yasqe };

function matches(one, written) {
  const wanted = written.replace(/^\w*:/, "").toLowerCase();
  const prefix = written.includes(":") ? written.slice(0, written.indexOf(":") + 1) : "";
  if (written.startsWith("<")) return one.term.startsWith(written.replace(/>$/, ""));
  if (prefix && !one.term.startsWith(prefix)) return false;
  return one.term.toLowerCase().includes(wanted) || one.name.toLowerCase().includes(wanted);
}

Yasqe.registerAutocompleter(
  {
    name: "terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition(editor) {
      const token = editor.getCompleteToken();
      const line = editor.getLine(editor.getCursor().line);
      if (/^\s*PREFIX/i.test(line) || /^[?$"'#]/.test(token.string)) return false;
      return /^(\w*:[\w-]*|<[^>]*>?|[A-Za-z][\w-]*)$/.test(token.string);
    },
    async get(_editor, token) {
      const found = (await terms).filter((one) => matches(one, token.string));
      const written = token.string.toLowerCase();
      const rank = (one) => !one.term.toLowerCase().startsWith(written);
      return found.sort((one, other) => rank(one) - rank(other)).slice(0, 60).map((one) => one.term);
    },
    postprocessHints: (_editor, hints) =>
      hints.map((hint) => ({ ...hint, displayText: `${hint.text}  ${names.get(hint.text)}` })),
  },
  false,
);
Yasqe.forkAutocompleter(
  "prefixes",
  { name: "own-prefixes", get: () => prefixes, persistenceId: null },
  false,
);

const place = document.createElement("div");
text.before(place);
const editor = new Yasqe(place, {
  value: text.value,
  autocompleters: ["own-prefixes", "terms", "variables"],
  consumeShareLink: null,
  createShareableLink: null,
  persistenceId: null,
  resizeable: false,
  showQueryButton: false,
  editorHeight: "auto",
  screenReaderLabel: document.querySelector("label[for=query]").textContent,
  extraKeys: {
    ...Yasqe.defaults.extraKeys,
    // The key that leads on does so here too; else nobody could leave without a mouse.
    Tab: false,
    "Shift-Tab": false,
    "Ctrl-Enter": () => form.requestSubmit(),
    "Cmd-Enter": () => form.requestSubmit(),
  },
});
text.hidden = true;
document.querySelector("label[for=query]").addEventListener("click", () => editor.focus());
form.querySelector(".keys").hidden = false;
form.addEventListener("submit", () => {
  text.value = editor.getValue();
});

const problem = document.querySelector(".problem[data-line]");
if (problem) {
  const line = Number(problem.dataset.line) - 1;
  editor.addLineClass(line, "background", "wrong-line");
  editor.setCursor({ line, ch: Number(problem.dataset.column) - 1 });
  editor.focus();
}
