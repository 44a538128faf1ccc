import type { Plugin } from 'vite'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer } from './answers.ts'

/** Answers the page while it is made, with the prototype's shop. It is no part of what is built. */
export function stand(): Plugin {
  return {
    name: 'stand',
    configureServer(server) {
      server.middlewares.use('/api', (request: IncomingMessage & { originalUrl?: string }, response: ServerResponse) => {
        let body = ''
        request.on('data', (part: Buffer) => { body += part.toString() })
        request.on('end', () => {
          const url = new URL(request.originalUrl ?? '/', 'http://stand')
          const said = answer(request.method ?? 'GET', url, body, request.headers['if-match'] as string | undefined, request.headers['accept-language'] ?? '')
          response.statusCode = said.status
          response.setHeader('Content-Type', said.status >= 400 ? 'application/problem+json' : 'application/json')
          if (said.etag) response.setHeader('ETag', said.etag)
          response.end(said.body === null ? '' : JSON.stringify(said.body))
        })
      })
    },
  }
}
