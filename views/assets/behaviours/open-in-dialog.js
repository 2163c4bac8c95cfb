// Opens the confirmation page of a link in a dialog. On failure it opens the page itself.
export function bind(link) {
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    openDialog(link.href).catch(() => location.assign(link.href));
  });
}

async function openDialog(address) {
  const response = await fetch(address);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const confirmation = page.getElementById('confirmation');
  if (!response.ok || confirmation === null) {
    throw new Error(`There is no confirmation at ${address}.`);
  }
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-labelledby', 'confirmation-title');
  dialog.append(document.adoptNode(confirmation));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target.closest('[data-closes]') !== null) {
      event.preventDefault();
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}
