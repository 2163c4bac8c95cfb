import assert from 'node:assert/strict';
import { registeredWith } from '../../plugin/features.js';
import { type MailKind, mailKindsOf, mailText } from '../../plugin/panel-mail/kind.js';
import { renderMail } from '../../plugin/panel-mail/render.js';
import { standaloneModule } from '../../plugin/panel/standalone/registrations.js';
import { languageFor, locales } from '../../plugin/web/locale.js';

const words = { link: 'https://panel.example/x?a=1&b=2', fields: {} };

describe('the kinds of mails of the panel', () => {
  let kinds: readonly MailKind[];
  before(async () => {
    kinds = [...(await mailKindsOf(await registeredWith(standaloneModule))).values()];
  });

  it('have all texts in each language, with no other arguments than they declare', () => {
    assert.ok(kinds.length >= 4);
    for (const kind of kinds) {
      for (const language of locales.map(languageFor)) {
        const fields = Object.fromEntries(
          kind.fields.map((name) => [name, name === 'count' ? 2 : `~${name}~`]),
        );
        const preferences = kind.switchableBy === undefined ? undefined : 'https://panel.example/p';
        const mail = renderMail(kind, { ...words, fields, preferences }, language);
        for (const text of [mail.subject, mail.text, mail.html]) {
          const where = `${kind.key} in ${language.locale}: ${text}`;
          assert.doesNotMatch(text, /\{\w+\}/, where);
          assert.ok(!text.includes(`${kind.feature}.mails.`), where);
        }
        const label = language.has(mailText(kind, 'label'));
        assert.equal(label, kind.switchableBy !== undefined, kind.key);
      }
    }
  });

  it('have keys of their own', async () => {
    const [kind] = kinds;
    assert.ok(kind);
    const mails = async () => [kind];
    await assert.rejects(mailKindsOf([{ mails }, { mails }]), /same key/);
  });

  it('are escaped in HTML, and have neither pictures, scripts nor a background of their own', () => {
    const [kind] = kinds.filter(({ key }) => key === 'test');
    assert.ok(kind);
    const fields = { name: '<img src=x onerror=alert(1)>', panel: '"P" & $t(form.yes)' };
    const { html, text, subject } = renderMail(kind, { ...words, fields }, languageFor('en'));
    assert.ok(html.includes('&lt;img src=x onerror=alert(1)&gt;'));
    assert.doesNotMatch(
      html,
      /<(?:img|script|link|style)|url\(|<body[^>]*(?:background|[^-]color:)/,
    );
    assert.ok(html.includes('<a href="https://panel.example/x?a=1&amp;b=2"'));
    assert.ok(text.includes('<img src=x onerror=alert(1)>'));
    assert.equal(subject, 'Test mail of "P" & $t(form.yes)');
  });

  it('say what people typed on one line, in short, and without a link to elsewhere', () => {
    const kind = kinds.find(({ key }) => key === 'new-password');
    assert.ok(kind);
    for (const name of [
      'Blocked: see https://evil.example/login',
      'http://evil/',
      'www.evil.example now',
      'evil.example',
      'evil。example',
      'write to help@evil.example',
    ]) {
      const { text, html } = renderMail(
        kind,
        { ...words, fields: { name, login: 'a.martin', minutes: 60 } },
        languageFor('en'),
      );
      for (const part of [text, html]) {
        assert.doesNotMatch(part, /evil[.。]example|www\.|help@|http:\/\/|https:\/\/evil/, name);
        assert.ok(part.includes('a.martin'));
        const read = part.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
        assert.ok(read.replaceAll('\u2060', '').includes(name), part);
      }
    }
    const fields = { name: `${'😀'.repeat(300)}\r\nBcc: x`, login: '😀'.repeat(300), minutes: 60 };
    const long = renderMail(kind, { ...words, fields }, languageFor('en'));
    assert.ok(long.text.includes(`Hello ${'😀'.repeat(100)}…,`));
    assert.doesNotMatch(long.subject, /\p{Cs}/u);
    assert.equal(Array.from(long.subject).length, 200);
  });
});
