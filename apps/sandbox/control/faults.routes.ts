import { FaultList } from '../faults/fault-list.js';
import { readFault } from '../faults/fault.reader.js';
import { FAULT_BODY, FAULT_ROW } from '../faults/fault.shape.js';
import { ERROR_KEYS } from '../graph/error.table.js';
import { ControlError } from './control-error.js';
import { controlRoute, type ControlRoute } from './control-route.js';
import { list, object } from './object.shape.js';
import { boolean, described, text } from './shape.js';

const tag = 'faults';
const DELETED = object({ deleted: boolean() });

export const faultRoutes: ControlRoute[] = [
  controlRoute({
    id: 'listFaults', method: 'GET', path: '/faults', tag, summary: 'The scripted failures, and how often each has struck.',
    answer: object({ data: list(FAULT_ROW), presets: described(list(text()), 'the rows of the error tables by name') }),
    handle: ({ faults }) => ({
      data: faults.list().map(({ id, match, fault, seen, hits }) => ({ id, match: { ...match }, fault: { ...fault }, seen, hits })),
      presets: [...ERROR_KEYS],
    }),
  }),
  controlRoute({
    id: 'addFault', method: 'POST', path: '/faults', tag, summary: 'Script a failure. In memory only.',
    body: FAULT_BODY, status: 201, answer: object({ id: text() }), refusals: [409],
    handle: ({ faults }, { body }) => {
      const { match, fault } = readFault(body);
      if (faults.list().length >= FaultList.CAPACITY) throw new ControlError(409, `there are ${String(FaultList.CAPACITY)} faults already; DELETE /_sandbox/faults removes them`);
      return { id: faults.add(match, fault).id };
    },
  }),
  controlRoute({
    id: 'clearFaults', method: 'DELETE', path: '/faults', tag, summary: 'Remove all; calls that hang are let go.',
    answer: DELETED,
    handle: ({ faults }) => {
      faults.clear();
      return { deleted: true };
    },
  }),
  controlRoute({
    id: 'removeFault', method: 'DELETE', path: '/faults/{id}', tag, summary: 'Remove one.',
    answer: DELETED, refusals: [404],
    handle: ({ faults }, { params: { id = '' } }) => {
      if (!faults.remove(id)) throw new ControlError(404, `there is no fault ${id}; GET /_sandbox/faults lists them`);
      return { deleted: true };
    },
  }),
];
