// A button that copies a field's content, and tells. Pages over plain HTTP have no clipboard: there the field is
// selected and the browser copies the selection, or leaves that to the keyboard.
export function bind(button) {
  const input = document.getElementById(button.dataset.for);
  const status = document.getElementById(`${input.id}-copied`);
  button.hidden = false;
  button.addEventListener('click', async () => {
    const isCopied = await copy(input);
    status.textContent = isCopied ? button.dataset.textCopied : button.dataset.textSelected;
  });
  input.addEventListener('input', () => {
    status.textContent = '';
  });
}

async function copy(input) {
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch {
    return copySelection(input);
  }
}

/** Browsers do not copy from password fields. */
function copySelection(input) {
  const { type } = input;
  input.type = 'text';
  input.focus();
  input.select();
  const isCopied = document.execCommand('copy');
  if (isCopied) {
    input.type = type;
  }
  return isCopied;
}
