// A request and its answer, as tests/api/recording.py wrote them.

import { parseDocument } from 'yaml';

const PATH_SHOWN = 100;

// Any byte of a path may be written as %41. What is no such escape stands for itself, and so do %00
// and %2F, which does not end a segment.
function unescape(path) {
  return path.replace(/%([0-9a-f]{2})/gi, (escape, hex) =>
    /00|2f/i.test(hex) ? escape : String.fromCharCode(parseInt(hex, 16)),
  );
}

function find(headers, name) {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

export class Exchange {
  constructor(recorded) {
    Object.assign(this, recorded);
    const [, path, query] = /^([^?]*)\??(.*)$/s.exec(recorded.path);
    this.resource = unescape(path);
    this.query = [...new URLSearchParams(query)];
  }

  get name() {
    const path = this.path.length > PATH_SHOWN ? `${this.path.slice(0, PATH_SHOWN)}...` : this.path;
    return `${this.method} ${path} -> ${this.status} (${this.test || 'no test'})`;
  }

  header(name) {
    return find(this.headers, name);
  }

  answeredHeader(name) {
    return find(this.answered_headers, name);
  }

  // Whether the body's length is said twice, or in a way that nobody knows.
  get hasDoubtfulLength() {
    const lengths = this.headers.filter(([key]) => /^content-length$/i.test(key));
    const codings = this.headers.filter(([key]) => /^transfer-encoding$/i.test(key));
    const isUnknown = codings.some(([, value]) => value.toLowerCase() !== 'chunked');
    return isUnknown || lengths.length + codings.length > 1;
  }

  // A body may be announced and never sent, because the answer comes first. Where none is wanted, no
  // chunks and an empty object are none.
  get hasBody() {
    if (this.body.length <= 64 && /^(0\r\n\r\n|\s*\{\s*\}\s*)$/.test(this.body)) return false;
    return this.body !== '' || Number(this.header('content-length')) > 0;
  }
}

// Skips a byte order mark.
const decoder = new TextDecoder('utf-8', { fatal: true });

function decode(body) {
  return decoder.decode(Buffer.from(body, 'latin1'));
}

// The value of a body, or why it has none. Blind to what hidesFault() and hidesNumber() see.
export function readJson(body) {
  try {
    return { value: JSON.parse(decode(body)) };
  } catch (error) {
    return { fault: `is no JSON: ${error.message}` };
  }
}

// Whether what JSON.parse takes is none of the daemon's JSON: a field is there twice, or a text has
// U+0000 or half a surrogate pair.
export function hidesFault(body) {
  const text = decode(body);
  // JSON.stringify leaves no other characters of these as escapes.
  if (/\\u(0000|d[89a-f])/.test(JSON.stringify(JSON.parse(text)))) return true;
  return parseDocument(text).errors.some((error) => error.code === 'DUPLICATE_KEY');
}

// Whether JSON.parse may round a number of it down to 2^53, the largest that most schemas take.
export function hidesNumber(body) {
  return (body.match(/\d{16,}/g) ?? []).some((digits) => BigInt(digits) > 2n ** 53n);
}
