/* The results page in place: htmx swaps #results; this keeps what was open and ticked, and the address short. */
document.documentElement.classList.add("has-script");

const facets = () => document.getElementById("facets");
let open = null;

/* The programs ticked here, and those chosen on other pages of results. */
const compared = () =>
  [...document.querySelectorAll("#results [name=ids]")]
    .filter((each) => each.type === "hidden" || each.checked)
    .flatMap((each) => each.value.split(","));

/* How many are chosen for comparison, and what is possible with them. */
const sayCompared = () => {
  const words = document.getElementById("compare-words");
  const [chosen, most] = [compared().length, Number(words?.dataset.most)];
  if (!chosen || !words) return;
  const room = most - chosen;
  const next =
    room < 0 ? `Only ${most} fit side by side: take back ${-room}.`
    : room === 0 ? "No more fit side by side."
    : chosen === 1 ? `Tick one to ${room} more.`
    : `There is room for ${room} more.`;
  words.textContent = `${chosen} program${chosen === 1 ? "" : "s"} chosen. ${next}`;
};
sayCompared();
document.addEventListener("change", ({ target }) => target.name === "ids" && sayCompared());
document.addEventListener("htmx:afterSwap", sayCompared);

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.target.id !== "results") return;
  for (const [name, value] of [...detail.formData]) {
    if (value === "" || name === "compare" || (name === "sort" && value === "relevance")) detail.formData.delete(name);
  }
  const address = new URL(detail.path, location.href);
  address.searchParams.delete("compare");
  detail.path = address.pathname + address.search;
  if (compared().length) detail.formData.set("compare", compared().join(","));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "results") return;
  const drawer = facets();
  open = {
    details: new Map([...drawer.querySelectorAll("details")].map((each) => [each.id, each.open])),
    drawer: drawer.matches(":popover-open") && detail.requestConfig.triggeringEvent?.type !== "submit",
    focused: document.activeElement.id,
    scroll: drawer.scrollTop,
  };
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!open || detail.target.id !== "results") return;
  const drawer = facets();
  for (const [id, isOpen] of open.details) {
    const each = document.getElementById(id);
    if (each) each.open = isOpen || each.querySelector(".errors") !== null;
  }
  if (open.drawer) {
    drawer.showPopover();
    document.getElementById(open.focused)?.focus({ preventScroll: true }); // a closed drawer could not take it
  }
  drawer.scrollTop = open.scroll;
  open = null;
});

/* Who leaves the drawer by keyboard is not left behind it. */
document.addEventListener("focusin", ({ target }) => {
  const drawer = facets();
  if (!drawer?.matches(":popover-open") || drawer.contains(target) || target.matches(".drawer-button")) return;
  drawer.hidePopover();
});

/* A chip or a link may have changed the text: the box, which is not swapped, follows the address. */
document.addEventListener("htmx:pushedIntoHistory", ({ detail }) => {
  document.getElementById("q").value = new URL(detail.path, location.href).searchParams.get("q") ?? "";
  if (document.activeElement !== document.body) return;
  document.getElementById("result-count")?.focus({ preventScroll: true });
});
