import assert from 'node:assert/strict';
import PostalMime, { type Email } from 'postal-mime';
import { engines } from '../../support/app.js';
import { Scene } from './scene.js';
import { useOpened } from '../../support/opened.js';

/** A whole document, as editors and mail programs write them. */
const documentHtml = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Order</title><style><![CDATA[p > a { color: red }]]></style>
<!--[if gte mso 9]><xml><o:AllowPNG/></xml><![endif]--></head>
<body><![if !mso]><p title="a > b">It is on its way.</p><![endif]><!-- </body> -->
<table><tr><td>Bread</td><td>2.50</td></tr></table></body></html>`;

for (const engine of engines) {
  describe(`the texts of a received message on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    beforeEach(() => scene.clear());

    const arriving = async (message: object): Promise<Email> => {
      const server = await scene.startServer();
      await scene.addServer(server.port);
      const outbox = scene.outbox();
      await scene.accept(outbox, { text: undefined, ...message });
      await outbox.outbox.drain();
      return await PostalMime.parse(server.messages[0] ?? '');
    };

    it('are readable when a program submits only a whole HTML document', async () => {
      const { text = '', html = '' } = await arriving({ html: documentHtml });
      assert.equal(text.trim(), 'It is on its way.\nBread  2.50\n\n-- \nMarie');
      assert.match(html, /<\/table>\s*<div><p>Marie<\/p><\/div>\s*<\/body><\/html>\s*$/);
    });

    it('keep columns and indentation', async () => {
      const order = 'Item    Price\n  Bread  2.50\n\tMilk\n\nhttps://shop.test/1';
      const { text = '', html = '' } = await arriving({ text: order });
      assert.equal(text.trim(), `${order}\n\n-- \nMarie`);
      assert.match(
        html,
        /Item(?:&nbsp; ){2}Price<br>&nbsp; Bread&nbsp; 2\.50<br>(?:&nbsp; ){4}Milk/,
      );
      assert.match(html, /<a href="https:\/\/shop\.test\/1">/);
    });
  });
}
