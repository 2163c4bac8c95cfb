/** An `include` of a template by name, with no arguments or only literal texts. */
const plainInclude = /<%- include\('([\w/-]+)'(?:, \{ ((?:\w+: '[\w/-]*',? ?)*)\})?\) %>/g;
const argument = /(\w+): '([\w/-]*)'/g;
const quoted = /\$\{given\.(\w+)\}/g;
const used = /\bgiven\.(\w+)\b/g;

/** Larger templates are called instead: a page has few, and inlining would copy their code into each that includes them. */
const mostCharacters = 300;

/**
 * A template's text with the small ones that it includes in their place, each in a block of its own: calling an icon
 * takes longer than printing it. Arguments take the place of `given.<name>`.
 *
 * @param texts of all templates, by name.
 */
export function withIncluded(text: string, texts: ReadonlyMap<string, string>): string {
  return text.replaceAll(plainInclude, (call, view: string, args = '') => {
    const included = filled(texts.get(view) ?? '', argsIn(args));
    const isCalled = included === '' || included.length > mostCharacters;
    return isCalled ? call : `<% { %>${withIncluded(included, texts)}<% } %>`;
  });
}

function argsIn(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(argument)].map(([, name = '', value = '']) => [name, value]));
}

/** Empty if it uses `given` as a whole. */
function filled(text: string, args: ReadonlyMap<string, string>): string {
  const inText = text
    .trim()
    .replaceAll(quoted, (_quoted, name: string) => args.get(name) ?? '${undefined}')
    .replaceAll(used, (_used, name: string) =>
      args.has(name) ? `'${args.get(name)}'` : 'undefined',
    );
  return /\bgiven\b/.test(inText) ? '' : inText;
}
