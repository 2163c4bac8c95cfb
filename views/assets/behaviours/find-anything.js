// Opens the search over everything in a dialog: by its link, by Ctrl+K or Command+K, and by a slash outside of fields.
// On failure it opens the page itself.
import { isSlashOn } from './slash-key.js';

export function bind(link) {
  const open = () => {
    openDialog(link).catch(() => location.assign(link.href));
  };
  link.addEventListener('click', (event) => {
    if (!(event.metaKey || event.ctrlKey || event.shiftKey)) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (isAsked(event) && document.querySelector('dialog[open]') === null) {
      event.preventDefault();
      open();
    }
  });
}

function isAsked({ key, ctrlKey, metaKey, altKey, target }) {
  if (key.toLowerCase() === 'k') {
    return (ctrlKey || metaKey) && !altKey;
  }
  const isField = target.closest('input, textarea, select, [contenteditable]') !== null;
  return key === '/' && !ctrlKey && !metaKey && !altKey && !isField && isSlashOn();
}

let opening = false;

async function openDialog(link) {
  const shown = document.getElementById('find-text');
  if (shown !== null) {
    shown.focus();
    return;
  }
  if (opening) {
    return;
  }
  opening = true;
  try {
    showDialog(await sectionAt(link.href));
  } finally {
    opening = false;
  }
}

async function sectionAt(address) {
  const response = await fetch(address);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const section = page.getElementById('find');
  if (!response.ok || section === null) {
    throw new Error(`There is no search at ${address}.`);
  }
  return document.adoptNode(section);
}

function showDialog(section) {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog find-dialog';
  dialog.setAttribute('aria-labelledby', 'find-title');
  // The page below keeps its address.
  section.querySelector('form').removeAttribute('hx-replace-url');
  dialog.append(section);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  document.body.append(dialog);
  globalThis.htmx.process(dialog);
  dialog.showModal();
}
