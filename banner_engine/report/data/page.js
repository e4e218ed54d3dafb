// Sorts a table by the column whose head is clicked and keeps the rows that the search names. Only so many rows stand
// in the page at once: a table of thousands would be laid out anew at every touch. Without this script all of them do.
const STEP = 200;
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const section = table.closest("section");
  const search = section.querySelector("input[type=search]");
  const more = document.createElement("button");
  let rows = [...body.rows];
  let most = STEP;
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((row) => words.every((word) => row.dataset.words.includes(word)));
    body.replaceChildren(...found.slice(0, most));
    more.hidden = found.length <= most;
    more.textContent = `Show more (${found.length - most} left)`;
  };
  const value = (row, place) => {
    const said = row.cells[place].dataset.v;
    return said === undefined || said === "" ? null : table.dataset.text === String(place) ? said : Number(said);
  };
  heads.forEach((head, place) => {
    if (!head.dataset.sort) return;
    head.tabIndex = 0;
    const sort = () => {
      const up = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") !== "ascending" : head.dataset.sort === "up";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const keyed = rows.map((row) => [value(row, place), row]);
      keyed.sort(([a], [b]) => (a === null) - (b === null) || (a < b ? -1 : a > b ? 1 : 0) * (up ? 1 : -1));
      rows = keyed.map(([, row]) => row);
      most = STEP;
      show();
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && sort());
  });
  search.addEventListener("input", () => {
    most = STEP;
    show();
  });
  more.addEventListener("click", () => {
    most += STEP;
    show();
  });
  section.append(more);
  show();
}
