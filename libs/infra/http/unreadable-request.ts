import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '#kernel/app-error';
import { newId } from '#kernel/ids';
import { toErrorBody } from './error-body.js';

/** Answers bytes that are no HTTP request, in the one error body: there is no request yet that anything else could answer. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const failure = isTooLarge ? new AppError('body_too_large', 'The headers of the request are too large') : new AppError('malformed_request', 'The request is not valid HTTP');
  const requestId = newId('request');
  const body = JSON.stringify(toErrorBody(failure, requestId));
  const head = `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status] ?? 'Error'}`;
  socket.end(`${head}\r\ncontent-type: application/json; charset=utf-8\r\nx-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
