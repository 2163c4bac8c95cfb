// Binds each element with `data-behaviour="name …"` to the module of that name, also in what htmx swaps in.
const bound = new WeakSet();

function bindAll(root) {
  for (const element of root.querySelectorAll('[data-behaviour]')) {
    if (!bound.has(element)) {
      bound.add(element);
      element.dataset.behaviour.split(' ').forEach((name) => bind(name, element));
    }
  }
}

async function bind(name, element) {
  const { default: behaviour } = await import(`./${name}.js`);
  behaviour(element);
}

bindAll(document);
new MutationObserver(() => bindAll(document)).observe(document.body, {
  childList: true,
  subtree: true,
});
