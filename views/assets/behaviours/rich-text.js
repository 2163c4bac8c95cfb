// Lets people see what a text with simple HTML looks like while they write it. The textarea stays what is sent.
export function bind(field) {
  const textarea = document.getElementById(field.dataset.for);
  const tools = field.querySelector('[role="toolbar"]');
  if (textarea.matches(':disabled')) {
    return;
  }
  const editor = editorFor(textarea);
  tools.hidden = false;
  textarea.before(editor);
  showSource(field, editor, textarea, false);
  document.execCommand('defaultParagraphSeparator', false, 'p');

  document.getElementById(`${textarea.id}-label`).addEventListener('click', () => {
    if (!editor.hidden) {
      editor.focus();
    }
  });
  editor.addEventListener('input', () => {
    textarea.value = editor.textContent.trim() === '' ? '' : htmlOf(editor);
  });
  // What is pasted brings no looks from elsewhere.
  editor.addEventListener('paste', (event) => {
    event.preventDefault();
    document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
  });
  tools.addEventListener('click', (event) => {
    const button = event.target.closest('[data-tool]');
    if (button !== null) {
      use(button, { field, editor, textarea });
    }
  });
}

function editorFor(textarea) {
  const editor = document.createElement('div');
  editor.className = 'form-control rich-text';
  editor.contentEditable = 'true';
  editor.setAttribute('role', 'textbox');
  editor.setAttribute('aria-multiline', 'true');
  editor.setAttribute('aria-labelledby', `${textarea.id}-label`);
  editor.setAttribute('aria-describedby', textarea.getAttribute('aria-describedby'));
  return editor;
}

const blocks = new Set('P DIV UL OL'.split(' '));

/** Browsers leave the first line bare; like the others it is to be a paragraph. */
function htmlOf(editor) {
  const copy = editor.cloneNode(true);
  let paragraph;
  for (const node of Array.from(copy.childNodes)) {
    if (blocks.has(node.nodeName)) {
      paragraph = undefined;
    } else if (paragraph === undefined) {
      paragraph = document.createElement('p');
      node.replaceWith(paragraph);
      paragraph.append(node);
    } else {
      paragraph.append(node);
    }
  }
  return copy.innerHTML;
}

const commands = { bold: 'bold', italic: 'italic', list: 'insertUnorderedList' };

function use(button, { field, editor, textarea }) {
  const { tool } = button.dataset;
  if (tool === 'source') {
    showSource(field, editor, textarea, textarea.hidden);
    return;
  }
  editor.focus();
  if (tool === 'link') {
    const address = prompt(button.dataset.question, 'https://');
    if (address) {
      document.execCommand('createLink', false, address);
    }
    return;
  }
  document.execCommand(commands[tool]);
}

function showSource(field, editor, textarea, isSource) {
  textarea.hidden = !isSource;
  editor.hidden = isSource;
  for (const button of field.querySelectorAll('[data-tool]')) {
    if (button.dataset.tool === 'source') {
      button.setAttribute('aria-pressed', String(isSource));
    } else {
      button.disabled = isSource;
    }
  }
  if (!isSource) {
    editor.replaceChildren(...harmless(textarea.value));
  }
}

const allowed = new Set('P BR DIV SPAN STRONG B EM I U A UL OL LI'.split(' '));

/** What is typed as HTML is shown in this page, so it is taken apart first, in a document that runs nothing. */
function harmless(html) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll('*')) {
    if (!allowed.has(element.tagName)) {
      element.remove();
      continue;
    }
    for (const { name, value } of Array.from(element.attributes)) {
      if (!(name === 'href' && /^(https?|mailto|tel):/i.test(value))) {
        element.removeAttribute(name);
      }
    }
  }
  return [...body.childNodes].map((node) => document.importNode(node, true));
}
