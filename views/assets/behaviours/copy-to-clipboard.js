// A button that copies a field's content or a text, and tells. Pages over plain HTTP have no clipboard: there it is
// selected and the browser copies the selection, or leaves that to the keyboard.
export function bind(button) {
  const source = document.getElementById(button.dataset.for);
  const status = document.getElementById(`${source.id}-copied`);
  button.hidden = false;
  button.addEventListener('click', async () => {
    const isCopied = await copy(source);
    status.textContent = isCopied ? button.dataset.textCopied : button.dataset.textSelected;
  });
  source.addEventListener('input', () => {
    status.textContent = '';
  });
}

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    return true;
  } catch {
    return 'value' in source ? copySelection(source) : copyText(source);
  }
}

function copyText(source) {
  getSelection().selectAllChildren(source);
  return document.execCommand('copy');
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
