import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import type { Page, Visitor } from '../../support/visitor.js';
import { Scene, good, png } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`signatures on the pages of SMTP servers on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let paul: Visitor;
    before(async () => {
      paul = scene.paulsBrowser;
    });

    const create = async (): Promise<number> => await scene.add(scene.paul);

    it('are previewed as typed, on a sandboxed page', async () => {
      await paul.get('/smtp-servers/new');
      const page = await paul.post('/smtp-servers/preview', {
        signature:
          '<p onclick="x()">Hi <b>there</b><script>alert(1)</script></p><img src="http://x/">',
      });
      assert.equal(page.status, 200);
      assert.match(page.text, /<p>Hi <b>there<\/b><\/p>/);
      assert.match(page.text, /<pre>Hi there<\/pre>/);
      assert.doesNotMatch(page.text, /<script|onclick|http:/);
      assert.match(page.text, /Removed from the signature: 2 scripts and 1 image/);
      const policy = page.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'self'/);
      assert.match(policy, /sandbox/);
      assert.doesNotMatch(policy, /script-src|allow-/);
      const form = await paul.get('/smtp-servers/new');
      assert.match(form.headers.get('content-security-policy') ?? '', /frame-src 'self'/);
      assert.match(form.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    });

    it('are saved with a note of what was removed, also while another field is invalid', async () => {
      const signature = '<table><tr><td>Marie</td></tr></table><img src="x"><script>y</script>';
      const { text } = await paul.get('/smtp-servers/new');
      assert.doesNotMatch(text, /Removed from/);
      const refused = await paul.post('/smtp-servers/new', { ...good, title: '', signature });
      assert.equal(refused.status, 422);
      assert.match(refused.text, /Removed from the signature: 1 script and 1 image/);
      const saved = await paul.post('/smtp-servers/new', { ...good, signature });
      assert.match(saved.location ?? '', /\/smtp-servers\/\d+\?removed=/);
      const form = await paul.get(saved.location ?? '');
      assert.match(form.text, /Removed from the signature: 1 script and 1 image/);
      assert.match(form.text, /&lt;td&gt;Marie&lt;\/td&gt;/);
      assert.doesNotMatch(form.text, /src=&#34;x/);
    });

    it('are previewed with the error of the logo’s file', async () => {
      await paul.get('/smtp-servers/new');
      const large = Buffer.concat([png, Buffer.alloc(200 * 1024)]);
      const page = await paul.send('/smtp-servers/preview', { signature: 'Hi' }, large);
      assert.match(page.text, /Logo: The file is larger than 200 kB/);
    });

    it('get a logo from the form, and report an invalid one at its field', async () => {
      const id = await create();
      const send = async (file: Buffer): Promise<Page> => {
        const { text } = await paul.get(`/smtp-servers/${id}`);
        const version = /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
        return await paul.send(`/smtp-servers/${id}`, { ...good, version, password: '' }, file);
      };
      assert.equal((await send(png)).status, 303);
      const stored = (await scene.app.features.smtpLogos.of(id))?.content;
      const shown = await paul.get(`/smtp-servers/preview?server=${id}`);
      assert.ok(shown.text.includes(`data:image/png;base64,${stored?.toString('base64')}`));

      for (const [file, message] of [
        [Buffer.alloc(0), /not a PNG, JPEG, GIF, WebP or SVG image/],
        [Buffer.from('%PDF-1.7'), /not a PNG, JPEG, GIF, WebP or SVG image/],
        [Buffer.from('GIF89a'), /damaged or incomplete/],
        [Buffer.concat([png, Buffer.alloc(200 * 1024)]), /larger than 200 kB/],
        [Buffer.alloc(900 * 1024, 1), /larger than 200 kB/],
        [Buffer.from('<svg><script>alert(1)</script></svg>'), /SVG image cannot be drawn/],
      ] as const) {
        const page = await send(file);
        assert.equal(page.status, 422);
        const [, said = ''] = page.text.split('id="logo-error"');
        assert.match(said.slice(0, 500), message);
      }
      assert.equal((await send(Buffer.alloc(1024 * 1024))).status, 413);
      const signature = 'a'.repeat(2 * 1024 * 1024);
      const long = await paul.send(
        `/smtp-servers/${id}`,
        { ...good, version: '1', signature },
        png,
      );
      assert.equal(long.status, 413);
    });

    it('report excessive length at the field, and keep all of the input', async () => {
      const id = await create();
      const signature = `<p>${'a'.repeat(130_000)}</p> the end`;
      const page = await paul.send(
        `/smtp-servers/${id}`,
        { ...good, version: '1', signature },
        png,
      );
      assert.equal(page.status, 422);
      assert.match(page.text, /id="signature-error"/);
      assert.match(page.text, / the end/);
    });

    it('are not saved from a form with a file that another site sent', async () => {
      const id = await create();
      const fields = { ...good, csrfToken: 'forged', version: '1' };
      const page = await paul.send(`/smtp-servers/${id}`, fields, png);
      assert.equal(page.status, 403);
    });

    it('are not saved from a multipart form that is incomplete or has no boundary', async () => {
      const id = await create();
      for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
        const headers = { 'content-type': type };
        const page = await paul.sendRaw(`/smtp-servers/${id}`, '--x\r\nContent-Dispo', headers);
        assert.equal(page.status, 400, type);
      }
    });
  });
}
