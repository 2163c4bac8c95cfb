import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

describe('a page', () => {
  const served = useServedApp();

  const encodingFor = async (headers: Record<string, string>): Promise<string | null> => {
    const page = await new Visitor(served.web).get('/sign-in', headers);
    assert.match(page.text, /^<!doctype html>/);
    assert.equal(page.headers.get('vary'), 'Accept-Encoding');
    return page.headers.get('content-encoding');
  };

  it('is of ASCII characters alone, in whatever language', async () => {
    const headers = { 'accept-language': 'fr' };
    const response = await fetch(`${served.web.url}/sign-in`, { headers });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.ok(isAscii(bytes));
    assert.match(bytes.toString(), /Fran&#231;ais|&#233;/);
  });

  it('is compressed for clients that accept it', async () => {
    assert.equal(await encodingFor({ 'accept-encoding': 'gzip, deflate, br' }), 'gzip');
    assert.equal(await encodingFor({ 'accept-encoding': 'identity' }), null);
    assert.equal(await encodingFor({ 'accept-encoding': 'gzip;q=0' }), null);
  });

  it('is not compressed for requests from other sites, which could learn from its length', async () => {
    const gzip = { 'accept-encoding': 'gzip' };
    assert.equal(await encodingFor({ ...gzip, 'sec-fetch-site': 'same-origin' }), 'gzip');
    assert.equal(await encodingFor({ ...gzip, 'sec-fetch-site': 'none' }), 'gzip');
    assert.equal(await encodingFor({ ...gzip, 'sec-fetch-site': 'same-site' }), null);
    assert.equal(await encodingFor({ ...gzip, 'sec-fetch-site': 'cross-site' }), null);
  });
});
