// Binds each element with `data-behaviour="name …"` to the module of that name, also in content that htmx
// inserts.
const bound = new WeakSet();

function bindAll(root) {
  for (const element of root.querySelectorAll('[data-behaviour]')) {
    if (!bound.has(element)) {
      bound.add(element);
      element.dataset.behaviour.split(' ').forEach((name) => load(name, element));
    }
  }
}

async function load(name, element) {
  const { bind } = await import(`./${name}.js`);
  bind(element);
}

bindAll(document);
new MutationObserver(() => bindAll(document)).observe(document.body, {
  childList: true,
  subtree: true,
});
