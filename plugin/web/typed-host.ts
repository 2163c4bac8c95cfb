/** A host as people type or paste it, and the port that came with it. */
export interface TypedHost {
  /** Still to be parsed. */
  readonly host: string;
  readonly port: string | undefined;
}

/** Longer texts are no hosts, and are left to the parser. */
const longest = 2000;
const scheme = /^([a-z][a-z\d+.-]*):\/\//i;
/** Schemes whose port differs from what the field suggests. */
const portOf: Readonly<Record<string, string>> = { smtps: '465', submissions: '465' };

/**
 * Understands `smtp.example.com:587`, `https://…`, `smtps://user@host:465/`, `[::1]:25`, trailing dots, spaces and
 * characters without a shape around a host.
 */
export function understoodHost(text: string): TypedHost {
  if (text.length > longest) {
    return { host: text, port: undefined };
  }
  const shown = text.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').trim();
  const [start = '', name = ''] = scheme.exec(shown) ?? [];
  const authority = start === '' ? shown : shown.slice(start.length).replace(/[/?#\\].*$/su, '');
  const { host, port } = splitPort(withoutUser(authority, start).replace(/\/+$/, ''));
  return {
    host: host.trim().replace(/[.\u3002\uff0e\uff61]+$/u, ''),
    port: port ?? portOf[name.toLowerCase()],
  };
}

/** Only a URL has a user name: otherwise it is an e-mail address in the wrong field. */
function withoutUser(authority: string, start: string): string {
  return start === '' ? authority : authority.slice(authority.lastIndexOf('@') + 1);
}

/** An IPv6 address has colons of its own, and a port only behind brackets. */
function splitPort(text: string): TypedHost {
  const [, inside, bracketed] = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(text) ?? [];
  if (inside !== undefined) {
    return { host: inside, port: bracketed };
  }
  const [, host, port] = /^([^:\s]+)(?:\s*:\s*|\s+)(\d{1,5})$/.exec(text) ?? [];
  return { host: host ?? text, port };
}
