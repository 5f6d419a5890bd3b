// Server-sent events out of a stream of bytes. EventSource would do it, but cannot send a token.

export interface ServerEvent {
  id: string | null;
  type: string;
  data: string;
}

function readEvent(block: string): ServerEvent | null {
  const event: ServerEvent = { id: null, type: 'message', data: '' };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    if (name === 'id') event.id = value!;
    else if (name === 'event') event.type = value!;
    else if (name === 'data') data.push(value!);
  }
  event.data = data.join('\n');
  return data.length > 0 ? event : null; // a comment alone is a sign of life
}

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true }).replace(/\r/g, '');
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const event = readEvent(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
