import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { type Locale, languageFor } from '../../plugin/web/locale.js';
import { type Render, compileViews, loadViews } from '../../plugin/web/views.js';
import { temporaryFolder } from '../support/processes.js';

interface Looks {
  readonly name?: string;
  readonly mount?: string;
  readonly locale?: Locale;
}

/** Counts how often a template reads it. */
function menuOf(name: string): { readonly times: number; read(): string } {
  const menu = { name, times: 0, read: () => `${name} ${(menu.times += 1)}` };
  return menu;
}

describe('a template', () => {
  it('compiles in each language', () => {
    compileViews();
  });

  it('is named by its error', () => {
    const folder = temporaryFolder('views');
    writeFileSync(join(folder, 'broken.ejs'), '<% if (it.open) { %>');
    assert.throws(() => compileViews(folder), /broken\.ejs/);
  });
});

describe('an included template', () => {
  const templates = {
    page: `<%- include('plain', { name: it.name }) %>
      <%- includeCached('parts/menu', it.menu) %>|<%- includeCached('other', it.other) %>`,
    plain: `<b><%= given.name %></b> “<%= given.name === '' ? '–' : t('frame.skip') %>” é`,
    'parts/menu': `

      <i><%= given.read() %> <%= url('/a') %> <%= t('form.save') %></i>
      <% if (given) { %>
      <%- include('inner') %>
      <% } %>
    `,
    inner: '<%= Object.keys(it).length %>,<%= String(viewer) %>,<%= csrfToken.length %>',
    other: 'other <%= given.name %>',
  };
  let render: Render;
  before(() => {
    const folder = temporaryFolder('views');
    for (const [view, text] of Object.entries(templates)) {
      const file = join(folder, `${view}.ejs`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    render = loadViews(folder);
  });

  const page = (
    menu: object,
    { name = '<Ann>', mount = '/panel', locale = 'en' }: Looks = {},
  ): string =>
    render('page', {
      language: languageFor(locale),
      it: { name, menu, other: { name: 'one' } },
      url: (path) => mount + path,
      asset: (asset) => mount + asset,
      viewer: { role: 'administrator' },
      csrfToken: 'secret',
    });
  it('escapes its values, and is printed unescaped', () => {
    assert.match(page(menuOf('a')), /<b>&lt;Ann&gt;<\/b>/);
  });

  it('has references to characters beyond ASCII, so that a page is sent as it is', () => {
    const html = page(menuOf('a'), { name: '<é…名🦊>' });
    assert.match(
      html,
      /<b>&lt;&#233;&#8230;&#21517;&#129418;&gt;<\/b> &#8220;Skip to the content&#8221; &#233;/,
    );
    assert.match(page(menuOf('a'), { name: '' }), /<b><\/b> &#8220;&#8211;&#8221; &#233;/);
  });

  it('is rendered once for the same object, language and mount', () => {
    const menu = menuOf('menu');
    assert.match(page(menu), /<i>menu 1 \/panel\/a Save<\/i>\n0,undefined,0\|other one$/);
    assert.equal(page(menu, { name: 'Bob' }), page(menu, { name: 'Bob' }));
    assert.equal(menu.times, 1);
    assert.match(page(menu, { mount: '' }), /<i>menu 2 \/a Save<\/i>/);
    assert.match(page(menu, { locale: 'fr' }), /<i>menu 3 \/panel\/a Enregistrer<\/i>/);
    assert.match(page(menuOf('other')), /<i>other 1 \/panel\/a Save<\/i>/);
  });

  it('has no access to the page that it is cached for', () => {
    assert.match(page(menuOf('a')), /0,undefined,0/);
  });
});

describe('the templates', () => {
  it('print only included templates unescaped', () => {
    const folder = join(programFolder, 'views');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const printed = files
      .filter((file) => file.endsWith('.ejs'))
      .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/<%-(.*?)%>/gs)])
      .map(([, code = '']) => code);
    assert.ok(printed.length > 50);
    assert.deepEqual(
      printed.filter((code) => !isInclude(code)),
      [],
    );
    assert.ok(!isInclude(" include('a') + it.html "));
  });
});

/** Whether it is one call of `include` or `includeCached` and nothing else. */
function isInclude(code: string): boolean {
  let rest = code.replaceAll(/'[^']*'|`[^`]*`/g, '');
  while (/\([^()]*\)/.test(rest)) {
    rest = rest.replaceAll(/\([^()]*\)/g, '#');
  }
  return /^ include(Cached)?# $/.test(rest);
}
