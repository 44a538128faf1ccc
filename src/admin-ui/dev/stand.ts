import type { Plugin } from 'vite'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer } from './answers.ts'

/**
 * Answers the page while it is made: with the prototype's shop, or, where PAGE_SERVICE, PAGE_KEY (the operator's) and
 * PAGE_STORE are set, from a real service. It is no part of what is built.
 */
export function stand(): Plugin {
  const { PAGE_SERVICE: service, PAGE_KEY: key, PAGE_STORE: store } = process.env
  return {
    name: 'stand',
    configureServer(server) {
      server.middlewares.use('/api', (request: IncomingMessage & { originalUrl?: string }, response: ServerResponse) => {
        let body = ''
        request.on('data', (part: Buffer) => { body += part.toString() })
        request.on('end', () => void reply(request, response, body))
      })
    },
  }

  async function reply(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse, body: string) {
    const path = request.originalUrl ?? '/', method = request.method ?? 'GET', match = request.headers['if-match']
    if (service && path.startsWith('/api/stores/')) {
      const said = await fetch(service + path, {
        method, headers: { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': request.headers['content-type'] ?? 'application/json' }), ...(match && { 'If-Match': match }) },
        ...(body && { body }),
      })
      response.statusCode = said.status
      for (const name of ['content-type', 'etag']) if (said.headers.get(name)) response.setHeader(name, said.headers.get(name)!)
      response.end(await said.text())
      return
    }
    const said = answer(method, new URL(path, 'http://stand'), body, match)
    if (service && path.startsWith('/api/session')) (said.body as { storeId: string }).storeId = store ?? ''
    response.statusCode = said.status
    response.setHeader('Content-Type', said.status >= 400 ? 'application/problem+json' : 'application/json')
    if (said.etag) response.setHeader('ETag', said.etag)
    response.end(said.body === null ? '' : JSON.stringify(said.body))
  }
}
