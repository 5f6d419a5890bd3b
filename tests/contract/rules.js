// What must hold of every exchange. A finding is the name of a rule and a line on what broke it.

import { hidesFault, hidesNumber, readJson } from './exchange.js';

// What any HTTP server may add, and what OpenAPI says by other means.
const GENERAL_HEADERS = [
  'connection',
  'content-length',
  'content-type',
  'date',
  'transfer-encoding',
];

// What the Fetch standard has answers say to pages of other origins. The document has it in words.
const CROSS_ORIGIN_HEADERS = /^(vary|access-control-[a-z-]+)$/;

// Taken for JSON: nothing, and what curl says unless told otherwise. The document has it in words.
const TYPES_TAKEN = [undefined, 'application/json', 'application/x-www-form-urlencoded'];

// A longer segment of a path fits no parameter. The document has it in words.
const PARAMETER_BYTES_MAX = 135;

// The fields that can be impossible though their schemas take them: boards that no match gets to,
// moves that are no match, a game whose brains would be too large, options that do not go together, an
// opponent of another kind or game, a goal or an opponent that this game does not have, details of too
// many boards, a seed's text of 2^64 and more, a power out of range in a query, a key of another
// request, what the daemon was told to allow less of, more workers than a heavy brain can have, a brain
// that has lived long enough, and most of what makes a brain's file one. The document has it in words.
const BEYOND_SCHEMAS = new RegExp(
  `^(${[
    'against',
    'board',
    'brain',
    'boards(\\[\\d+\\])?',
    'detail',
    'game',
    'moves',
    'moves\\[\\d+\\]',
    'options\\.(draw_reward|halve_above)',
    'opponent(\\.brain)?',
    'until',
    'seed',
    'policy',
    'workers',
    'Idempotency-Key',
    'digest',
    'results',
    '(rows|proofs)\\..*',
    'weights',
    'averages',
  ].join('|')})$`,
);

// The same of what is malformed: a header's form, a board of another game or moves as only games with
// gravity have them, a board that a file lacks or numbers of which it has too few.
const MALFORMED_BEYOND_SCHEMAS =
  /^(Idempotency-Key|Last-Event-ID|board|boards\[\d+\]|moves|(rows|proofs)\..*|weights|averages)$/;

// A brain whose game has too many boards. The document has it in words.
const EVALUATION = /^\/brains\/[^/]+\/evaluation$/;

// What is wrong with a request by the document: lists of lines.

function faultsOfPath(contract, found, operation) {
  return contract.parameters(found, operation, 'path').flatMap(({ name, schema }) => {
    const fault = contract.textFault(schema, found.values[name]);
    return fault ? [`${name} in the path: ${fault}`] : [];
  });
}

function faultsOfQuery(contract, exchange, found, operation) {
  const described = contract.parameters(found, operation, 'query');
  const seen = new Set();
  return exchange.query.flatMap(([name, value]) => {
    const parameter = described.find((one) => one.name === name);
    if (!parameter) return [`there is no query parameter ${name}`];
    if (seen.has(name)) return [`the query has ${name} twice`];
    seen.add(name);
    const fault = contract.textFault(parameter.schema, value);
    return fault ? [`${name} in the query: ${fault}`] : [];
  });
}

function faultsOfBody(contract, exchange, operation) {
  if (!operation.requestBody) return exchange.hasBody ? ['there is a body'] : [];
  const { value, fault } = readJson(exchange.body);
  const { schema } = operation.requestBody.content['application/json'];
  const found = fault ?? contract.fault(schema, value);
  return found ? [`the body: ${found}`] : [];
}

function faultsOfType(exchange, operation) {
  const type = exchange.header('content-type')?.split(/[; \t]/)[0].toLowerCase();
  const encoding = exchange.header('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') return ['the body is encoded'];
  const isTaken = !operation.requestBody || TYPES_TAKEN.includes(type);
  return isTaken ? [] : [`the body is announced as ${type}`];
}

function faultyField(exchange) {
  return readJson(exchange.answered_body).value?.field;
}

function isBeyondSchemas(exchange) {
  const field = faultyField(exchange);
  if (field === 'name' && EVALUATION.test(exchange.resource)) return true;
  return BEYOND_SCHEMAS.test(field) || hidesNumber(exchange.body);
}

function* judgeRequest(contract, exchange, found, operation) {
  const ofForm = [
    ...(exchange.hasDoubtfulLength ? ['the length of the body is in doubt'] : []),
    ...faultsOfPath(contract, found, operation),
    ...faultsOfQuery(contract, exchange, found, operation),
    ...faultsOfBody(contract, exchange, operation),
  ];
  const ofType = faultsOfType(exchange, operation);
  const faults = [...ofForm, ...ofType];
  if (exchange.status < 300 && faults.length > 0)
    yield ['accepted', `by the document it is wrong: ${faults.join('; ')}`];
  const isHidden = () =>
    MALFORMED_BEYOND_SCHEMAS.test(faultyField(exchange)) ||
    (operation.requestBody && hidesFault(exchange.body));
  if (exchange.status === 400 && ofForm.length === 0 && !isHidden())
    yield ['refused', `by the document nothing is wrong with it: ${exchange.body}`];
  if (exchange.status === 422 && faults.length === 0 && !isBeyondSchemas(exchange))
    yield ['refused', `by the document nothing is impossible in it: ${exchange.body}`];
  if (exchange.status === 415 && ofType.length === 0)
    yield ['refused', 'by the document the type of its body is right'];
  if (exchange.status === 413 && !exchange.hasBody) yield ['refused', 'there is no body'];
}

// The answer.

function* judgeHeaders(contract, exchange, response) {
  const described = Object.entries(response.headers ?? {});
  for (const [name, header] of described) {
    const { required, schema } = contract.resolve(header);
    const value = exchange.answeredHeader(name.toLowerCase());
    if (value === undefined && required) yield ['header', `${name} is missing`];
    const fault = value === undefined ? undefined : contract.textFault(schema, value);
    if (fault) yield ['header', `${name}: ${fault}`];
  }
  const known = [...GENERAL_HEADERS, ...described.map(([name]) => name.toLowerCase())];
  for (const [name] of exchange.answered_headers)
    if (!known.includes(name.toLowerCase()) && !CROSS_ORIGIN_HEADERS.test(name.toLowerCase()))
      yield ['header', `${name} is not described`];
}

function* judgeBody(contract, exchange, response) {
  const body = exchange.answered_body;
  const type = exchange.answeredHeader('content-type');
  const media = response.content?.[type];
  if (!media && (type !== undefined || response.content)) {
    yield ['content-type', `${type} is not described`];
  } else if (!media || exchange.method === 'HEAD') {
    if (body !== '') yield ['body', 'is where none belongs'];
  } else {
    const { value, fault } = /[/+]json$/.test(type) ? readJson(body) : { value: body };
    const found = fault ?? contract.fault(media.schema, value, 'closed');
    if (found) yield ['body', found];
  }
}

function* judgeAnswer(contract, exchange, response) {
  yield* judgeHeaders(contract, exchange, response);
  yield* judgeBody(contract, exchange, response);
}

// What the document has no operation for. `found` is the path's entry, if it has one.

function* judgeAllow(contract, exchange, found) {
  const said = (exchange.answeredHeader('allow') ?? '').split(', ').sort().join(', ');
  const described = contract.allowed(found).sort().join(', ');
  if (said !== described) yield ['allow', `says ${said}; the document has ${described}`];
}

function* judgeUndescribed(contract, exchange, found) {
  const { Forbidden, Malformed, MethodNotAllowed, NotFound, Options, TooFast, Unavailable } =
    contract.document.components.responses;
  const early = { 403: Forbidden, 429: TooFast, 503: Unavailable }[exchange.status];
  const isOptions = found && exchange.method === 'OPTIONS';
  const [expected, response] = isOptions
    ? [204, Options]
    : found
      ? [405, MethodNotAllowed]
      : [404, NotFound];
  if (exchange.status === 400 && exchange.hasDoubtfulLength) {
    yield* judgeAnswer(contract, exchange, Malformed);
  } else if (early) {
    yield* judgeAnswer(contract, exchange, early);
  } else if (exchange.status !== expected) {
    yield ['undescribed', `must be answered with ${expected}`];
  } else {
    if (found) yield* judgeAllow(contract, exchange, found);
    yield* judgeAnswer(contract, exchange, response);
  }
}

export function* judge(contract, exchange) {
  const found = contract.find(exchange.resource);
  const operation = found && contract.operation(found, exchange.method);
  if (!operation) {
    const values = Object.values(found?.values ?? {});
    const fits = values.every((value) => value.length <= PARAMETER_BYTES_MAX);
    yield* judgeUndescribed(contract, exchange, fits ? found : undefined);
    return;
  }
  const response = contract.resolve(operation.responses[exchange.status]);
  if (response) {
    yield* judgeRequest(contract, exchange, found, operation);
    yield* judgeAnswer(contract, exchange, response);
  } else {
    yield ['status', `is none of ${Object.keys(operation.responses).join(', ')}`];
  }
}
