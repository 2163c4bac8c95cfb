import type { Request } from 'express';
import { idFrom } from '../../web/ids.js';
import { escapeHtml, inAscii } from '../../web/escape.js';
import { languageOf } from '../../web/pages.js';
import type { Handler } from '../../web/route-table.js';
import { uploadedFile } from '../../web/multipart.js';
import { allowOwnFrames, framedPage } from '../../web/security.js';
import { sendHtml } from '../../web/send-html.js';
import { type Logo, type LogoRefusal, logoLimits } from './logo.js';
import { dataUrlOf } from '../../pictures/picture.js';
import type { LogoStore } from './logo-store.js';
import { plainTextOf } from '../../sending/plain-text.js';
import { type Removed, removedFrom, removedSentence } from './removed.js';
import { sanitizeSignature } from './signature.js';
import { readableSignature } from './signature-parts.js';
import { longest } from './smtp-server.js';
import type { SmtpServers } from './smtp-servers.js';
import { signatureHtml } from './with-signature.js';

/** A page that shows a signature in a frame. */
export function showFramed(handler: Handler): Handler {
  return async (req, res) => {
    allowOwnFrames(res);
    await handler(req, res);
  };
}

interface Preview {
  readonly signature: string;
  readonly senderName: string;
  readonly logo: Logo | undefined;
  /** Why the chosen file is refused. */
  readonly refusal?: LogoRefusal | undefined;
  /** What is removed from the typed signature. */
  readonly removed?: Removed;
}

/** The signature as recipients would see it, as a sandboxed page: the typed one, or that of the server in the query. */
export function signaturePreview(servers: SmtpServers, logos: LogoStore): Handler {
  const stored = async (req: Request): Promise<Preview | undefined> => {
    const id = textIn(req.query, 'server');
    if (id === '') {
      return undefined;
    }
    const server = await servers.find(req.viewer, idFrom(id));
    return { ...server, logo: await logos.of(server.id) };
  };
  return async (req, res) => {
    const kept = await stored(req);
    const shown = req.method === 'POST' ? await typedIn(req, servers, kept) : kept;
    framedPage(res);
    const html = documentOf(req, shown ?? { signature: '', senderName: '', logo: undefined });
    sendHtml(req, res, inAscii(html));
  };
}

async function typedIn(
  req: Request,
  servers: SmtpServers,
  kept: Preview | undefined,
): Promise<Preview> {
  const file = uploadedFile(req, 'logo');
  const logo = file && (await servers.readLogo(req.viewer, file));
  const keeps = textIn(req.body, 'removeLogo') === '';
  const signature = readableSignature(textIn(req.body, 'signature'));
  return {
    signature: sanitizeSignature(signature),
    removed: removedFrom(signature),
    senderName: textIn(req.body, 'senderName').slice(0, longest.senderName),
    logo: typeof logo === 'object' ? logo : keeps ? kept?.logo : undefined,
    refusal: typeof logo === 'string' ? logo : undefined,
  };
}

function documentOf(req: Request, { logo, refusal, removed, ...server }: Preview): string {
  const language = languageOf(req);
  const { t, locale } = language;
  const html = signatureHtml(server, logo, logo === undefined ? '' : dataUrlOf(logo));
  const plain = plainTextOf(server.signature);
  const shown = html === '' ? `<p>${escapeHtml(t('smtp-servers.signature.none'))}</p>` : html;
  const notes = [
    refusal &&
      `${t('smtp-servers.fields.logo')}${t('form.colon')} ${t(`smtp-servers.errors.${refusal}`, logoLimits)}`,
    removed && removedSentence(removed, language),
  ].flatMap((note) => (note ? [`<p class="refusal">${escapeHtml(note)}</p>`] : []));
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(t('smtp-servers.signature.preview'))}</title>
<style>body{margin:12px;font:14px/1.5 sans-serif;color:#1a1a1a;background:#fff;overflow-wrap:anywhere}
.refusal{color:#b3261e;font-weight:500}body>h1{font-size:13px;color:#555;margin:0 0 8px}body>pre{white-space:pre-wrap;font:13px/1.5 monospace}</style></head>
<body>${notes.join('')}<h1>${escapeHtml(t('smtp-servers.signature.as-html'))}</h1>
${shown}
<h1>${escapeHtml(t('smtp-servers.signature.as-text'))}</h1>
<pre>${escapeHtml(plain)}</pre></body></html>`;
}

function textIn(from: unknown, name: string): string {
  const fields = new Map<string, unknown>(
    typeof from === 'object' && from !== null ? Object.entries(from) : [],
  );
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
