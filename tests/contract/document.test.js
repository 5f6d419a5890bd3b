import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Contract } from './contract.js';
import { Coverage } from './coverage.js';
import { judgeDocument } from './document.js';
import { Exchange } from './exchange.js';
import { judgeRoutes } from './routes.js';
import { ADDED, DOCUMENT, FOUND, LISTED, refused } from './sample.js';

async function judged(text) {
  const findings = [];
  for await (const finding of judgeDocument(new Contract(text))) findings.push(finding.join(': '));
  return findings;
}

function isFound(name, good, bad, expected) {
  test(`${name} is found`, async () => {
    assert.ok(DOCUMENT.includes(good));
    const findings = await judged(DOCUMENT.replace(good, bad));
    assert.match(findings[0] ?? 'nothing', expected);
  });
}

test('a sound document has no findings', async () => assert.deepEqual(await judged(DOCUMENT), []));

isFound('what OpenAPI lacks', "version: '1'}", "version: '1', vresion: 1}", /^openapi: \/info/);
isFound('a dead reference', 'schemas/New', 'schemas/Old', /^openapi: .*schemas\/Old/);
isFound('a keyword that nobody knows', 'minimum: 1', 'minnimum: 1', /^schema: .*minnimum/);
isFound('a schema that is none', 'type: integer}', 'type: int}', /^schema: .*type.*int/);
isFound('a wrong example of a request', '{"title": "Emma"}', '{"title": 1}', /^example: .*string/);
isFound('a field too many in one of an answer', '"id": 1}', '"id": 1, "a": 1}', /^example: .*: a$/);
isFound('a wrong example of a schema', '[{name: Jane}]', '[{}]', /^example: .*Author.*'name'/);

const EXCHANGES = [
  LISTED,
  refused(LISTED, 400),
  refused(LISTED, 413),
  refused(LISTED, 422),
  ADDED,
  refused(ADDED, 400),
  refused(ADDED, 415),
  refused(ADDED, 422),
  FOUND,
  refused(FOUND, 404),
  refused({ ...LISTED, method: 'PUT' }, 405),
  refused({ ...FOUND, method: 'PUT' }, 405),
];

function uncovered(exchanges) {
  const coverage = new Coverage(new Contract(DOCUMENT));
  for (const exchange of exchanges) coverage.add(new Exchange(exchange));
  return [...coverage.judge()].map(([, what]) => what);
}

test('nothing is missed when all has been seen', () => assert.deepEqual(uncovered(EXCHANGES), []));

test('whatever was not seen is missed', () => {
  for (const exchange of EXCHANGES) {
    const missed = uncovered(EXCHANGES.filter((one) => one !== exchange));
    assert.equal(missed.length, 1, missed);
    assert.match(missed[0], new RegExp(String(exchange.status)));
  }
});

const TABLE = `
    {HTTP_GET, "/books", RIGHT_PLAY, .handle = list},
    {HTTP_POST, "/books", RIGHT_ALL, ROUTE_BODY_SMALL,
     .handle = add},
    {HTTP_GET, "/books/{id}", .handle = find},
`;

function misrouted(table) {
  return [...judgeRoutes(new Contract(DOCUMENT), table)].map(([, what]) => what);
}

test('the same routes are the same', () => assert.deepEqual(misrouted(TABLE), []));

test('a route that is not described is found', () => {
  const more = '{HTTP_DELETE, "/books/{id}", RIGHT_ALL, .handle = burn},';
  assert.deepEqual(misrouted(TABLE + more), [
    'DELETE /books/{id} [all] is served, but not described',
  ]);
});

test('a route that is not served is found', () => {
  const fewer = TABLE.replace('HTTP_POST', 'HTTP_PATCH');
  assert.deepEqual(misrouted(fewer), [
    'PATCH /books [all] is served, but not described',
    'POST /books [all] is described, but not served',
  ]);
});

test('a route with another right is found', () => {
  const other = TABLE.replace('RIGHT_ALL', 'RIGHT_PLAY');
  assert.deepEqual(misrouted(other), [
    'POST /books [play] is served, but not described',
    'POST /books [all] is described, but not served',
  ]);
});
