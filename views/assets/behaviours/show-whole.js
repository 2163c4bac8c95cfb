// Shows the whole text of a cell that is cut off, over the cell, while it has the pointer or the focus. Screen readers
// get the whole text from the cell.
export function bind(region) {
  const cells = [...region.querySelectorAll('tbody :is(td, th):not(.is-selection, .is-actions)')];
  const whole = document.createElement('div');
  whole.className = 'whole card';
  whole.popover = 'manual';
  whole.ariaHidden = 'true';
  region.append(whole);
  let shown;

  const show = (cell) => {
    shown = cell && isCut(cell) ? cell : undefined;
    whole.togglePopover(shown !== undefined);
    if (shown) {
      whole.replaceChildren(...copiesOf(shown));
      place(whole, shown);
    }
  };
  const showAt = ({ target }) => {
    if (!whole.contains(target)) {
      show(target.closest('tbody :is(td, th)'));
    }
  };
  region.addEventListener('pointerover', showAt);
  region.addEventListener('focusin', showAt);
  region.addEventListener('pointerleave', () => show());
  region.addEventListener('focusout', ({ relatedTarget }) => {
    if (!whole.contains(relatedTarget)) {
      show();
    }
  });
  region.addEventListener('scroll', () => shown && place(whole, shown));
  region.addEventListener('keydown', ({ key }) => key === 'Escape' && show());

  new ResizeObserver(() => {
    region.classList.toggle('is-scrollable', region.scrollWidth > region.clientWidth);
    cells.forEach(makeReachable);
  }).observe(region);
}

function isCut(cell) {
  return cell.scrollWidth > cell.clientWidth;
}

/** A link in the cell has the focus anyway. */
function makeReachable(cell) {
  if (isCut(cell) && cell.querySelector('a') === null) {
    cell.tabIndex = 0;
  } else {
    cell.removeAttribute('tabindex');
  }
}

function copiesOf(cell) {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll('a').forEach((link) => (link.tabIndex = -1));
  return copy.childNodes;
}

/** As if the cell were as large as its text, but inside the window. */
function place(whole, cell) {
  const { left, top } = cell.getBoundingClientRect();
  const room = document.documentElement.clientWidth - whole.offsetWidth;
  whole.style.left = `${Math.max(0, Math.min(left, room)) + window.scrollX}px`;
  whole.style.top = `${top + window.scrollY}px`;
}
