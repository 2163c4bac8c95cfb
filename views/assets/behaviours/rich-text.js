// An editor that shows simple HTML as it will look. The textarea remains what is submitted.
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
  // Pastes without formatting.
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

const blocks = new Set('P DIV UL OL TABLE H1 H2 H3 H4 H5 H6 HR BLOCKQUOTE PRE'.split(' '));

/** Browsers leave the first line bare; it becomes a paragraph like the others. */
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

const kept = new Set(
  (
    'P BR DIV SPAN STRONG B EM I U A UL OL LI TABLE CAPTION COLGROUP COL THEAD TBODY TFOOT TR TD TH FONT BIG SMALL ' +
    'SUB SUP S STRIKE DEL INS H1 H2 H3 H4 H5 H6 HR BLOCKQUOTE PRE CODE'
  ).split(' '),
);
/** Other elements are replaced by their content. */
const lost =
  'script,style,title,template,iframe,object,embed,svg,math,video,audio,canvas,textarea,select,noembed,noframes,xml';
const attributes = new Set(
  (
    'href align valign width height border cellpadding cellspacing colspan rowspan span nowrap noshade bgcolor color ' +
    'face size type start value dir lang'
  ).split(' '),
);
const looks =
  /^(color|background-color|font|line-height|letter-spacing|text-(align|decoration|transform|indent)|vertical-align|white-space|width|height|m(in|ax)-width|min-height|margin|padding|border(?!-image)|list-style-type|direction|table-layout)/;

/** Typed HTML is shown in this page, so it is parsed first in a document without scripts. */
function harmless(html) {
  const { body } = new DOMParser().parseFromString(
    withStylesAside(withTextKept(html)),
    'text/html',
  );
  for (const element of body.querySelectorAll(lost)) {
    element.remove();
  }
  const elements = Array.from(body.querySelectorAll('*'));
  const styles = elements.map((element) => element.getAttribute('data-style') ?? '');
  for (const element of elements) {
    if (kept.has(element.tagName)) {
      removeAttributes(element);
    } else {
      element.replaceWith(...element.childNodes);
    }
  }
  const nodes = [...body.childNodes].map((node) => document.adoptNode(node));
  for (const [index, element] of elements.entries()) {
    look(element, styles[index]);
  }
  return nodes;
}

function removeAttributes(element) {
  for (const { name, value } of Array.from(element.attributes)) {
    if (!attributes.has(name) || (name === 'href' && leadsElsewhere(value))) {
      element.removeAttribute(name);
    }
  }
}

/** Parsed as in browsers, which ignore tabs and line breaks. Without a scheme the server completes it. */
function leadsElsewhere(href) {
  const base = 'https://this.invalid';
  return URL.canParse(href, base) && !/^(https?|mailto|tel):$/.test(new URL(href, base).protocol);
}

/** The page's policy also reports styles and handlers in such a document. Scripts may set styles. */
function withStylesAside(html) {
  return html
    .replaceAll(/<(\/?)style\b/gi, '<$1template')
    .replaceAll(/<[a-z][^<>]*>/gi, (tag) =>
      tag.replaceAll(/(\s)(style|on[a-z]+)(?=\s*=)/gi, '$1data-$2'),
    );
}

function look(element, style) {
  const { style: declared } = document.createElement('i');
  declared.cssText = style;
  for (const name of declared) {
    if (looks.test(name)) {
      element.style.setProperty(name, declared.getPropertyValue(name));
    }
  }
}

/** As on the server: a `<` that begins no tag is text, such as in an address in angle brackets. */
function withTextKept(html) {
  return html.replaceAll(/<(?=\/?[a-z])(\/?([a-z][\w:-]*)([\s/>])?)/gi, (found, rest, name, end) =>
    end !== undefined && isElement(name) ? found : `&lt;${rest}`,
  );
}

function isElement(name) {
  return name.includes(':') || !(document.createElement(name) instanceof HTMLUnknownElement);
}
