// Links that replace the list, and themselves with it: at the keyboard, the focus goes to the search, which stays. Not
// before the key is released, which would submit the search.
export function bind(element) {
  element.addEventListener('keydown', ({ key, target }) => {
    if (key === 'Enter' && target.closest('a') !== null) {
      document.addEventListener('keyup', focusSearch, { once: true });
    }
  });
}

function focusSearch() {
  document.querySelector('#search, #table-refresh')?.focus();
}
