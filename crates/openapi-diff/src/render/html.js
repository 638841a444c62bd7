const form = document.getElementById("filters");
if (form) {
  const articles = [...document.querySelectorAll("article")];
  const filter = () => {
    const levels = [...form.querySelectorAll(":checked")].map((box) => box.value);
    const text = form.querySelector("[type=search]").value.trim().toLowerCase();
    let shown = 0;
    for (const article of articles) {
      const { level, operations } = article.dataset;
      article.hidden = !levels.includes(level) || !operations.toLowerCase().includes(text);
      shown += article.hidden ? 0 : 1;
    }
    form.querySelector("output").textContent = `${shown} of ${articles.length} changes`;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
}
// Folded parts are printed too.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) details.open = true;
});
