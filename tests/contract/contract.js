// The OpenAPI document as the checks see it: what it says about a method and a path, and its
// schemas as judges of values.

import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'];

// Keywords that hold schemas: for the value itself, or for its parts.
const OF_THE_VALUE = ['allOf', 'anyOf', 'oneOf'];
const OF_PARTS = ['properties', 'patternProperties', 'prefixItems'];
const OF_ALL_PARTS = ['items', 'additionalProperties'];

function mapSchemas(schemas, change) {
  if (Array.isArray(schemas)) return schemas.map(change);
  return Object.fromEntries(Object.entries(schemas).map(([key, one]) => [key, change(one)]));
}

// A copy of a schema that refuses fields which it does not name. What is part of an allOf or the
// target of a $ref names only some of them and stays open; whoever holds it is closed, and counts
// what it named.
function close(schema, isWhole) {
  if (typeof schema === 'boolean') return schema;
  const copy = { ...schema };
  for (const keyword of OF_THE_VALUE)
    if (keyword in copy) copy[keyword] = mapSchemas(copy[keyword], (one) => close(one, false));
  for (const keyword of OF_PARTS)
    if (keyword in copy) copy[keyword] = mapSchemas(copy[keyword], (one) => close(one, true));
  for (const keyword of OF_ALL_PARTS)
    if (keyword in copy) copy[keyword] = close(copy[keyword], true);
  return isWhole ? { ...copy, unevaluatedProperties: false } : copy;
}

function describe(error) {
  const name = error.params.unevaluatedProperty ?? error.params.additionalProperty;
  return `${error.instancePath || 'the value'} ${error.message}${name ? `: ${name}` : ''}`;
}

export class Contract {
  constructor(text) {
    this.text = text;
    this.document = parse(text);
    // Strict about keywords that nobody knows, but not about a type that stands in another branch.
    this.ajv = new Ajv({ strictTypes: false, strictRequired: false, allErrors: true });
    this.ajv.addVocabulary(['components']);
    addFormats(this.ajv);
    const schemas = this.document.components.schemas;
    this.components = {
      open: { schemas },
      closed: { schemas: mapSchemas(schemas, (schema) => close(schema, false)) },
    };
    this.validators = { open: new Map(), closed: new Map() };
    this.templates = Object.keys(this.document.paths).map((template) => [
      template,
      new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`),
    ]);
  }

  // What a $ref outside schemas stands for.
  resolve(node) {
    if (!node?.$ref) return node;
    const keys = node.$ref.slice('#/'.length).split('/');
    return keys.reduce((at, key) => at[key], this.document);
  }

  validator(schema, kind) {
    const validators = this.validators[kind];
    if (!validators.has(schema)) {
      const whole = kind === 'closed' ? close(schema, true) : schema;
      validators.set(schema, this.ajv.compile({ ...whole, components: this.components[kind] }));
    }
    return validators.get(schema);
  }

  // What is wrong with a value, as a line; undefined if nothing is. A `closed` schema refuses
  // fields that it does not name, an `open` one only where it says so.
  fault(schema, value, kind = 'open') {
    const validate = this.validator(schema, kind);
    return validate(value) ? undefined : validate.errors.map(describe).join('; ');
  }

  // The same for parameters and headers: text, in which a whole number has decimal digits.
  textFault(schema, text) {
    const isNumber = this.resolve(schema).type === 'integer' && /^[0-9]+$/.test(text);
    return this.fault(schema, isNumber ? Number(text) : text);
  }

  // The document's entry for a path, and the values of the path's parameters.
  find(path) {
    for (const [template, pattern] of this.templates) {
      const match = pattern.exec(path);
      if (!match) continue;
      const names = template.match(/\w+(?=\})/g) ?? [];
      const values = Object.fromEntries(names.map((name, i) => [name, match[i + 1]]));
      return { template, item: this.document.paths[template], values };
    }
    return undefined;
  }

  // What an entry has for a method; HEAD works wherever GET does.
  operation({ item }, method) {
    const wanted = method === 'HEAD' ? 'GET' : method;
    return METHODS.includes(wanted) ? item[wanted.toLowerCase()] : undefined;
  }

  // An operation's parameters of a place: `path`, `query` or `header`.
  parameters({ item }, operation, place) {
    return [...(item.parameters ?? []), ...(operation.parameters ?? [])]
      .map((parameter) => this.resolve(parameter))
      .filter((parameter) => parameter.in === place);
  }

  // The methods of an entry, as `Allow` lists them.
  allowed({ item }) {
    const served = [...METHODS, 'HEAD'].filter((method) => this.operation({ item }, method));
    return [...served, 'OPTIONS'];
  }

  *operations() {
    for (const [template, item] of Object.entries(this.document.paths))
      for (const method of METHODS)
        if (item[method.toLowerCase()])
          yield { method, template, operation: item[method.toLowerCase()] };
  }
}
