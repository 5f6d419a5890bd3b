import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Contract } from './contract.js';
import { Exchange } from './exchange.js';
import { judge } from './rules.js';
import { ADDED, DOCUMENT, FOUND, LISTED, refused } from './sample.js';

const contract = new Contract(DOCUMENT);
const judged = (recorded) => [...judge(contract, new Exchange(recorded))];

function fits(name, recorded) {
  test(`${name} fits`, () => assert.deepEqual(judged(recorded), []));
}

// Exactly this rule must find it, and say this.
function isFound(name, recorded, rule, what) {
  test(`${name} is found`, () => {
    const findings = judged(recorded);
    assert.deepEqual(findings.map(([found]) => found), [rule], JSON.stringify(findings));
    assert.match(findings[0][1], what);
  });
}


fits('a list', LISTED);
fits('a new book', ADDED);
fits('a book', FOUND);
fits('a book by an escaped path', { ...FOUND, path: '/%62ooks/1' });
fits('HEAD', { ...LISTED, method: 'HEAD', answered_body: '' });

isFound('a status that is not described', { ...LISTED, status: 202 }, 'status', /none of 200, 400/);

const withHeaders = (...headers) => ({ ...LISTED, answered_headers: headers });
const [ID, TYPE] = LISTED.answered_headers;
isFound('a missing header', withHeaders(TYPE), 'header', /X-Request-Id is missing/);
isFound('a wrong header', withHeaders(['X-Request-Id', '1'], TYPE), 'header', /must match pattern/);
isFound('a header too many', withHeaders(ID, TYPE, ['Location', '/']), 'header', /Location/);
isFound('another type', withHeaders(ID, ['Content-Type', 'a/b']), 'content-type', /a\/b/);
isFound('no type', withHeaders(ID), 'content-type', /undefined/);

const answered = (body) => ({ ...LISTED, answered_body: body });
isFound('an answer that is no JSON', answered('['), 'body', /no JSON/);
isFound('an answer of broken UTF-8', answered('[{"title":"\xff","id":1}]'), 'body', /no JSON/);
isFound('a wrong type in an answer', answered('[{"title":1,"id":1}]'), 'body', /must be string/);
isFound('a missing field', answered('[{"title":"Emma"}]'), 'body', /required property 'id'/);
isFound('a field too many', answered('[{"title":"","id":1,"a":1}]'), 'body', /must NOT.*: a/);
isFound('one deep down', answered('[{"title":"","id":1,"by":{"name":"","b":1}}]'), 'body', /: b/);
isFound('HEAD with a body', { ...LISTED, method: 'HEAD' }, 'body', /none belongs/);

const asked = (path) => ({ ...LISTED, path });
const sent = (body) => ({ ...ADDED, body });
isFound('an unknown parameter that was accepted', asked('/books?page=1'), 'accepted', /page/);
isFound('a doubled one', asked('/books?limit=1&limit=1'), 'accepted', /limit twice/);
isFound('one out of range', asked('/books?limit=0'), 'accepted', /limit.*>= 1/);
isFound('one that is no number', asked('/books?limit=1.0'), 'accepted', /limit.*integer/);
isFound('a wrong id that was accepted', { ...FOUND, path: '/books/x' }, 'accepted', /id.*integer/);
isFound('a wrong field that was accepted', sent('{"title":1}'), 'accepted', /must be string/);
isFound('an unknown one', sent('{"title":"","a":1}'), 'accepted', /additional properties: a/);
isFound('a body that is no JSON', sent('{'), 'accepted', /no JSON/);
isFound('a body out of place', { ...LISTED, body: '[]' }, 'accepted', /there is a body/);
fits('an empty object that is no body', { ...LISTED, body: '{ }' });
isFound(
  'a body that was announced as something else',
  { ...ADDED, headers: [['Content-Type', 'text/plain']] },
  'accepted',
  /text\/plain/,
);
isFound(
  'a length that was said twice',
  { ...ADDED, headers: [['Content-Length', '17'], ['content-length', '17']] },
  'accepted',
  /length/,
);

fits('the refusal of an unknown parameter', refused(asked('/books?page=1'), 400));
fits('the refusal of a wrong field', refused(sent('{"title":1}'), 400));
fits('the refusal of a doubled field', refused(sent('{"title":"","t\\u0069tle":""}'), 400));
fits('the refusal of U+0000', refused(sent('{"title":"\\u0000"}'), 400));
fits('the refusal of half a pair', refused(sent('{"title":"\\ud800"}'), 400));
fits('the refusal of broken UTF-8', refused(sent('{"title":"\xc3"}'), 400));
fits('the refusal of a form', refused({ ...ADDED, headers: [['Content-Type', 'a/b']] }, 415));
fits('the refusal of what is out of range', refused(asked('/books?limit=0'), 422));
fits('the refusal of what no schema shows', refused(ADDED, 422, 'seed'));
const rounded = sent('{"title":"","by":{"name":"","age":9007199254740993}}');
fits('the refusal of a number that JSON.parse rounds', refused(rounded, 422, 'by.age'));
isFound('a possible request that was refused', refused(ADDED, 422, 'title'), 'refused', /possible/);
isFound('a right request that was refused', refused(LISTED, 400), 'refused', /nothing is wrong/);
isFound('a right body that was refused', refused(ADDED, 400), 'refused', /"Emma"/);
isFound('a right type that was refused', refused(ADDED, 415), 'refused', /type/);
isFound('no body that was too large', refused(LISTED, 413), 'refused', /no body/);

const PUT = { ...FOUND, method: 'PUT' };
const notAllowed = (methods) => refused(PUT, 405, undefined, ['Allow', methods]);
const options = { ...refused(PUT, 204, undefined, ['Allow', 'GET, HEAD, OPTIONS']), method: 'OPTIONS' };
options.answered_headers = options.answered_headers.filter(([name]) => name !== 'Content-Type');
options.answered_body = '';
fits('OPTIONS', options);
fits('a page of an origin that may not ask', refused(PUT, 403));
const shared = [...LISTED.answered_headers, ['Access-Control-Allow-Origin', 'http://a']];
fits('an answer to a page of another origin', { ...LISTED, answered_headers: shared });
isFound('another answer to OPTIONS', { ...options, status: 200 }, 'undescribed', /204/);
fits('404 for a path that is not described', refused(asked('/'), 404));
fits('404 for too long an id', refused({ ...PUT, path: `/books/${'1'.repeat(136)}` }, 404));
fits('405 for a method', notAllowed('GET, HEAD, OPTIONS'));
isFound('an answer at no path', asked('/nothing'), 'undescribed', /404/);
isFound('an answer to no method', PUT, 'undescribed', /405/);
isFound('one to a method in small letters', { ...LISTED, method: 'get' }, 'undescribed', /405/);
isFound('a wrong Allow', notAllowed('GET, POST'), 'allow', /has GET, HEAD, OPTIONS$/);
