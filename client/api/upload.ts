import { type CallOptions, withDeadline } from '../common/deadline.ts';
import { requestHeaders } from './http-client.ts';
import { responseError } from './response-errors.ts';

export interface UploadOptions extends CallOptions {
  /** JSON text. */
  body: string;
  /** The token of the session that makes the call. */
  token: string;
  /** Called with the part of the body that has been sent, from 0 to 1. */
  onProgress(part: number): void;
}

/**
 * Posts JSON with XMLHttpRequest, because fetch does not report the progress of an upload. Rejects
 * with a `TinyHostError` or the abort reason.
 */
export const upload = <Answer>(
  url: string,
  example: Answer,
  { body, token, onProgress, ...options }: UploadOptions,
): Promise<Answer> =>
  withDeadline(options, (signal, prolong) => {
    const request = new XMLHttpRequest();
    signal.addEventListener('abort', () => request.abort());
    request.upload.onprogress = ({ loaded, total }) => {
      prolong();
      onProgress(loaded / total);
    };
    request.onprogress = () => prolong();
    request.open('POST', url);
    request.responseType = 'json';
    for (const [name, value] of Object.entries(requestHeaders(token, true))) {
      request.setRequestHeader(name, value);
    }
    request.send(body);
    return new Promise((resolve, reject) => {
      request.onloadend = () => {
        const { status, response } = request;
        const retryAfter = request.getResponseHeader('retry-after');
        const error = responseError(status, response, example, retryAfter);
        if (error) reject(error);
        else resolve(response);
      };
    });
  });
