"""A stand-in for the hall's seat-map service, which is somebody else's computer: GET /seats/<event>.

    python hall.py 8080
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

SEATS = [f'{row}{number}' for row in 'ABCD' for number in range(1, 9)]


class Hall(BaseHTTPRequestHandler):
    def do_GET(self):
        if not self.path.startswith('/seats/'):
            return self.send_error(404)
        answer = json.dumps({'event': unquote(self.path[len('/seats/') :]), 'free': SEATS}).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


if __name__ == '__main__':
    with ThreadingHTTPServer(('', int(sys.argv[1])), Hall) as server:
        print(f'The hall answers at port {server.server_port}', flush=True)
        server.serve_forever()
