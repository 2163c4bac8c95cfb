// Moves between the field and what was found by the arrow keys. Binds to the search over everything.
import { isSlashOn, switchSlash } from './slash-key.js';

const steps = { ArrowDown: 1, ArrowUp: -1 };

export function bind(section) {
  section.addEventListener('keydown', (event) => {
    if (event.key in steps && !event.isComposing) {
      event.preventDefault();
      move(section, steps[event.key]);
    }
  });
  section.querySelector('.find-keys').hidden = false;
  const slash = section.querySelector('#find-slash');
  slash.checked = isSlashOn();
  slash.addEventListener('change', () => switchSlash(slash.checked));
}

function move(section, step) {
  const places = [section.querySelector('#find-text'), ...section.querySelectorAll('#found a')];
  const here = Math.max(places.indexOf(document.activeElement), 0);
  places[(here + step + places.length) % places.length].focus();
}
