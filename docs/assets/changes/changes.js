// Comparisons side by side, and all of them folded or unfolded at once.
// Without this script a comparison is read inline.
"use strict";

(() => {
  const REMEMBERED = "tutorial.changes";
  const files = [...document.querySelectorAll("details.comparison")];
  if (!files.length) return;

  const remembered = () => {
    try {
      return localStorage.getItem(REMEMBERED);
    } catch {
      return null; // a browser that keeps nothing for this site
    }
  };

  const remember = (view) => {
    try {
      localStorage.setItem(REMEMBERED, view);
    } catch {
      // then the choice holds for this page
    }
  };

  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // A line in one of the two columns; its number is drawn by the style sheet.
  const cell = (line, side) => {
    const made = element("td");
    if (!line) {
      made.className = "nothing";
      return made;
    }
    made.className = line.localName === "span" ? "line" : `line ${line.localName}`;
    made.dataset.line = line.dataset.lines.slice(...(side ? [4, 7] : [0, 3])).trim();
    const content = element(line.localName === "span" ? "code" : line.localName);
    content.append(...[...line.childNodes].map((node) => node.cloneNode(true)));
    made.append(content);
    return made;
  };

  // What goes stands beside what comes; what stays stands on both sides.
  const sideBySide = (block) => {
    const body = element("tbody");
    let gone = [];
    let come = [];
    const row = (before, after) => body.append(element("tr", {}, cell(before, 0), cell(after, 1)));
    const flush = () => {
      for (let i = 0; i < Math.max(gone.length, come.length); i++) row(gone[i], come[i]);
      gone = [];
      come = [];
    };
    for (const line of block.querySelectorAll(".line")) {
      if (line.localName === "del") gone.push(line);
      else if (line.localName === "ins") come.push(line);
      else {
        flush();
        row(line, line);
      }
    }
    flush();
    const head = (text) => element("th", { scope: "col", textContent: text });
    return element(
      "table",
      { className: "comparison-sides" },
      element("thead", {}, element("tr", {}, head("before"), head("after"))),
      body,
    );
  };

  const show = (view) => {
    for (const block of document.querySelectorAll("details.comparison pre")) {
      const made = block.nextElementSibling?.matches(".comparison-sides");
      if (view === "sides" && !made) block.after(sideBySide(block));
    }
    document.body.dataset.changes = view;
  };

  const choice = (view, text) => {
    const input = element("input", { type: "radio", name: "changes", value: view });
    input.checked = view === chosen;
    input.addEventListener("change", () => {
      show(view);
      remember(view);
    });
    return element("label", {}, input, ` ${text}`);
  };

  const folder = () => {
    const button = element("button", { type: "button" });
    const name = () => {
      button.textContent = files.some((file) => file.open) ? "Fold all files" : "Unfold all files";
    };
    button.addEventListener("click", () => {
      const open = !files.some((file) => file.open);
      for (const file of files) file.open = open;
    });
    for (const file of files) file.addEventListener("toggle", name);
    name();
    return button;
  };

  const chosen = remembered() === "sides" ? "sides" : "inline";
  files[0].before(
    element(
      "div",
      { className: "comparison-tools" },
      element(
        "fieldset",
        {},
        element("legend", { textContent: "Show changes" }),
        choice("inline", "inline"),
        choice("sides", "side by side"),
      ),
      folder(),
    ),
  );
  show(chosen);
})();
