// Ticks all columns or none without submitting, and returns the focus to the menu's button.
let isSent = false;

export function bind(menu) {
  if (isSent) {
    isSent = false;
    menu.querySelector('summary').focus();
  }
  menu.addEventListener('click', (event) => {
    const choice = event.target.closest('button')?.value;
    if (choice === 'all' || choice === 'none') {
      event.preventDefault();
      for (const box of menu.querySelectorAll('[name="column"]:enabled')) {
        box.checked = choice === 'all';
      }
    }
  });
  menu.addEventListener('submit', () => {
    isSent = true;
  });
}
