// The search of the site: no server answers here, so the script looks into an index of its own.
"use strict";

(() => {
  const field = document.getElementById("q");
  const box = document.getElementById("hits");
  const found = document.getElementById("found");
  const MOST = 60;

  // The same as `entities.fold` does: no case, no accents, ü like ue like u, no punctuation.
  function fold(text) {
    return text
      .toLowerCase()
      .replaceAll("ß", "ss")
      .normalize("NFKD")
      .replace(/[^\p{L}\p{N}]/gu, "")
      .replace(/ae|oe|ue/g, (pair) => pair[0]);
  }

  function rank([, , , , names, words, descriptions], wanted) {
    const whole = wanted.join("");
    const all = names.split("|");
    if (all.includes(whole)) return 0;
    if (all.some((name) => name.startsWith(whole))) return 1;
    const single = words.split(" ");
    if (wanted.every((part) => single.some((word) => word.startsWith(part)))) return 2;
    if (wanted.every((part) => all.some((name) => name.includes(part)))) return 3;
    if (wanted.every((part) => descriptions.includes(part))) return 4;
    return null;
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function shown(text) {
    const wanted = (text.match(/[\p{L}\p{N}_]+/gu) ?? []).map(fold).filter(Boolean);
    if (!wanted.length) return null;
    const ranked = window.c4fIndex
      .map((entry, place) => [rank(entry, wanted), place, entry])
      .filter(([fit]) => fit !== null)
      .sort((one, other) => one[0] - other[0] || one[1] - other[1])
      .slice(0, MOST);
    if (!ranked.length) return element("p", field.dataset.nothing);
    const list = element("ul", "", "results");
    for (const [, , [name, otherName, kind, way]] of ranked) {
      const link = element("a", name);
      link.href = field.dataset.top + way;
      const item = element("li", "");
      item.append(link, " ", element("span", kind, "light"));
      if (otherName) item.append(document.createElement("br"), element("span", otherName, "small"));
      list.append(item);
    }
    return list;
  }

  let loading = null;
  function load() {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = field.dataset.index;
      script.addEventListener("load", resolve);
      document.head.append(script);
    });
    return loading;
  }

  async function fill(place) {
    await load();
    const hits = shown(field.value);
    place.replaceChildren(...(hits ? [hits] : []));
    place.hidden = !hits;
  }

  field.addEventListener("focus", load);
  field.addEventListener("input", () => fill(box));
  if (found) {
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    fill(found);
  }
})();
