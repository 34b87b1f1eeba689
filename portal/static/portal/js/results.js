/* The results page in place: htmx swaps #results; this keeps open what was open and the address short. */
document.documentElement.classList.add("has-script");

const facets = () => document.getElementById("facets");
let open = null;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const [name, value] of [...detail.formData]) {
    if (value === "" || (name === "sort" && value === "relevance")) detail.formData.delete(name);
  }
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "results") return;
  const drawer = facets();
  open = {
    details: new Map([...drawer.querySelectorAll("details")].map((each) => [each.id, each.open])),
    drawer: drawer.matches(":popover-open") && detail.requestConfig.triggeringEvent?.type !== "submit",
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
  if (open.drawer) drawer.showPopover();
  drawer.scrollTop = open.scroll;
  open = null;
});

/* A chip or a link may have changed the text: the box, which is not swapped, follows the address. */
document.addEventListener("htmx:pushedIntoHistory", ({ detail }) => {
  document.getElementById("q").value = new URL(detail.path, location.origin).searchParams.get("q") ?? "";
  if (document.activeElement === document.body) document.getElementById("result-count")?.focus({ preventScroll: true });
});
