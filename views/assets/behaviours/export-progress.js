// Shows the progress of an export below the list, and cancels it. Without it, links simply download files.
import { fetchOwn } from './open-again.js';

export function bind(menu) {
  menu.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (link !== null) {
      const id = randomId();
      const address = new URL(link.href);
      address.searchParams.set('export', id);
      link.href = address.href;
      menu.open = false;
      void follow(menu, menu.dataset.progress + id);
    }
  });
}

/** `crypto.randomUUID` exists on HTTPS only. */
function randomId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const everyMs = 1000;
const mostMisses = 20;

/** The file's request may still be on its way, so at first there may be no progress. */
async function follow(menu, path) {
  const place = document.createElement('div');
  menu.closest('.table-section').after(place);
  for (let misses = 0; misses < mostMisses;) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const section = await progressAt(path);
    misses = section === null ? misses + 1 : 0;
    if (section !== null) {
      show(place, section);
    }
    if (section !== null && section.dataset.export !== 'running') {
      return;
    }
  }
}

async function progressAt(path) {
  const response = await fetchOwn(path).catch(() => undefined);
  return response?.ok === true ? sectionIn(await response.text()) : null;
}

function sectionIn(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  return document.adoptNode(page.querySelector('[data-export]'));
}

/** Keeps what has not changed, so that the button keeps the focus and screen readers announce changes only. */
function show(place, section) {
  const shown = place.firstElementChild;
  if (shown?.dataset.export !== section.dataset.export) {
    place.replaceChildren(section);
    section.querySelector('form')?.addEventListener('submit', cancel);
    section.querySelector('a')?.remove();
    return;
  }
  shown.querySelector('[role=status]').textContent =
    section.querySelector('[role=status]').textContent;
  const [bar, now] = [shown, section].map((each) => each.querySelector('progress'));
  if (bar !== null) {
    bar.max = now.max;
    bar.value = now.value;
  }
}

function cancel(event) {
  event.preventDefault();
  const { action } = event.target;
  void fetch(action, { method: 'POST', body: new URLSearchParams(new FormData(event.target)) });
}
