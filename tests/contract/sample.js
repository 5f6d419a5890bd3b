// A small document and an exchange that fits it, for the tests of the checks to spoil.

export const DOCUMENT = `
openapi: 3.1.0
info: {title: shelf, version: '1'}
paths:
  /books:
    get:
      x-right: play
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1}}
      responses:
        '200':
          description: The books.
          headers: {X-Request-Id: {$ref: '#/components/headers/X-Request-Id'}}
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Stored'}}
              example: [{"title": "Emma", "id": 1}]
        '400': {$ref: '#/components/responses/Malformed'}
        '413': {$ref: '#/components/responses/Malformed'}
        '422': {$ref: '#/components/responses/Malformed'}
    post:
      x-right: all
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/New'}
            example: {"title": "Emma"}
      responses:
        '201': {$ref: '#/components/responses/One'}
        '400': {$ref: '#/components/responses/Malformed'}
        '415': {$ref: '#/components/responses/Malformed'}
        '422': {$ref: '#/components/responses/Malformed'}
  /books/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}
    get:
      x-right: none
      responses:
        '200': {$ref: '#/components/responses/One'}
        '404': {$ref: '#/components/responses/NotFound'}
components:
  headers:
    X-Request-Id: {required: true, schema: {type: string, pattern: '^[a-z]+$'}}
    Allow: {required: true, schema: {type: string}}
  responses:
    One:
      description: The book.
      headers: {X-Request-Id: {$ref: '#/components/headers/X-Request-Id'}}
      content: {application/json: {schema: {$ref: '#/components/schemas/Stored'}}}
    Malformed: &problem
      description: No.
      headers: {X-Request-Id: {$ref: '#/components/headers/X-Request-Id'}}
      content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}
    NotFound: *problem
    Forbidden: *problem
    TooFast: *problem
    Unavailable: *problem
    Options:
      description: What the path has.
      headers:
        X-Request-Id: {$ref: '#/components/headers/X-Request-Id'}
        Allow: {$ref: '#/components/headers/Allow'}
    MethodNotAllowed:
      description: Not so.
      headers:
        X-Request-Id: {$ref: '#/components/headers/X-Request-Id'}
        Allow: {$ref: '#/components/headers/Allow'}
      content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}
  schemas:
    New:
      type: object
      additionalProperties: false
      required: [title]
      properties: {title: {type: string}, by: {$ref: '#/components/schemas/Author'}}
    Author:
      type: object
      required: [name]
      properties: {name: {type: string}}
      examples: [{name: Jane}]
    Stored:
      allOf:
        - type: object
          required: [title]
          properties: {title: {type: string}, by: {$ref: '#/components/schemas/Author'}}
        - {type: object, required: [id], properties: {id: {type: integer}}}
    Problem:
      type: object
      required: [status]
      properties: {status: {type: integer}, field: {type: string}}
`;

const ANSWERED_HEADERS = [
  ['X-Request-Id', 'abc'],
  ['Content-Type', 'application/json'],
];

export const LISTED = {
  test: 'test_books.py::test_a_list',
  method: 'GET',
  path: '/books?limit=2',
  headers: [['Accept', '*/*']],
  body: '',
  status: 200,
  answered_headers: ANSWERED_HEADERS,
  answered_body: '[{"title": "Emma", "id": 1, "by": {"name": "Jane"}}]',
};

export const ADDED = {
  ...LISTED,
  method: 'POST',
  path: '/books',
  headers: [['Content-Type', 'application/json']],
  body: '{"title": "Emma"}',
  status: 201,
  answered_body: '{"title": "Emma", "id": 1}',
};

export const FOUND = {
  ...LISTED,
  path: '/books/1',
  answered_body: '{"title": "Emma", "id": 1}',
};

// What the refusal of an exchange is like.
export function refused(exchange, status, field, ...headers) {
  return {
    ...exchange,
    status,
    answered_headers: [
      ['X-Request-Id', 'abc'],
      ['Content-Type', 'application/problem+json'],
      ...headers,
    ],
    answered_body: JSON.stringify({ status, field }),
  };
}
