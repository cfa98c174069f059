import Foundation

@testable import Git

/// `git http-backend` behind a small server in Python, with a certificate of its own. It ends when its input does: with the test, and with
/// the process that runs the tests, however that ends.
final class GitHTTPServer {
  let port: Int
  let certificate: [UInt8]
  private let process: Subprocess

  /// Why these tests cannot run here; nil when they can.
  static let obstacle: String? = {
    for program in ["openssl", "python3"] where (try? run("/usr/bin/env", [program, "version"], in: "/")) == nil {
      if (try? run("/usr/bin/env", [program, "--version"], in: "/")) == nil { return "\(program) is not installed" }
    }
    guard let path = try? run("/usr/bin/env", ["git", "--exec-path"], in: "/").trimmingCharacters(in: .whitespacesAndNewlines),
      FileManager.default.isExecutableFile(atPath: path + "/git-http-backend")
    else { return "git http-backend is not installed" }
    return nil
  }()

  /// Serves the repositories in a folder. `user` and `password` are asked for below `/private/`; `/moved/x` redirects to `/x`;
  /// `/login/x` redirects to a page, `/away/x` to the same server by another name; `/slow/` never answers, `/broken/` and `/noise/` not as
  /// Git does, `/cut/` stops in the middle of each pack. Every request leaves a line in the file `requests`.
  init(_ scratch: Scratch, certificateFor host: String = "127.0.0.1", user: String = "ada", password: String = "s3cret") throws {
    try run(
      "/usr/bin/env",
      [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj",
        "/CN=test",
        "-addext", "subjectAltName=IP:\(host)",
      ], in: scratch.root)
    certificate = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path("cert.pem"))))
    try scratch.write("server.py", Self.program)
    process = try Subprocess(
      ["sh", "-c", "cd \"$0\" && exec python3 server.py . \"$1\" >/dev/null 2>&1", scratch.root, "\(user):\(password)"],
      environment: ProcessInfo.processInfo.environment)
    var said = ""
    for _ in 0..<100 where said.isEmpty {
      usleep(100_000)
      said = (try? String(contentsOfFile: scratch.path("port"), encoding: .utf8)) ?? ""
    }
    guard let port = Int(said) else { throw CommandFailed(description: "the server did not start") }
    self.port = port
  }

  deinit { process.end() }

  func url(_ path: String) -> String { "https://127.0.0.1:\(port)\(path)" }

  private static let program = """
    import base64, http.server, os, socketserver, ssl, subprocess, sys, threading, time
    root, login = os.path.abspath(sys.argv[1]), sys.argv[2]
    def end_with_input():
        sys.stdin.buffer.read()
        os._exit(0)
    threading.Thread(target=end_with_input, daemon=True).start()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *arguments): pass
        def answer(self, status, headers, body=b""):
            self.send_response(status)
            for name, value in headers: self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            with open("requests", "a") as file: file.write(self.command + " " + self.path + "\\n")
            if path.startswith("/slow/"): time.sleep(600)
            if path.startswith("/moved/"):
                return self.answer(301, [("Location", self.path[len("/moved"):])])
            if path.startswith("/away/"):
                return self.answer(302, [("Location", "https://localhost:%d%s" % (self.server.server_address[1], self.path[len("/away"):]))])
            if path.startswith("/noise/"):
                return self.answer(200, [("Content-Type", "application/x-git-upload-pack-advertisement")], b"zzzz nothing that Git would say")
            cut = path.startswith("/cut/")
            if cut: path = path[len("/cut"):]
            if path.startswith("/login/"):
                return self.answer(302, [("Location", "/sign-in")])
            if path.startswith("/page/"):
                return self.answer(200, [("Content-Type", "text/html")], b"<html>")
            if path.startswith("/broken/"):
                return self.answer(200, [("Content-Type", "application/x-git-upload-pack-advertisement")], b"001e# service=git-upl")
            if path.startswith("/busy/"):
                return self.answer(503, [])
            if path.startswith("/private/"):
                wanted = "Basic " + base64.b64encode(login.encode()).decode()
                if self.headers.get("Authorization") not in (wanted, "Bearer t0ken"):
                    return self.answer(401, [("WWW-Authenticate", "Basic realm=x")])
                path = path[len("/private"):]
            elif self.headers.get("Authorization"):
                return self.answer(400, [])
            environment = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query,
                REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type") or "", REMOTE_ADDR="127.0.0.1",
                HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding") or "")
            done = subprocess.run(["git", "http-backend"], input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
            head, _, rest = done.stdout.partition(b"\\r\\n\\r\\n")
            status, headers = 200, []
            for line in head.decode().split("\\r\\n"):
                name, _, value = line.partition(": ")
                if name == "Status": status = int(value.split()[0])
                elif name: headers.append((name, value))
            if cut and self.command == "POST": rest = rest[:len(rest) // 2]
            self.answer(status, headers, rest)
        do_GET = do_POST = serve

    class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain("cert.pem", "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with open("port.new", "w") as file: file.write(str(server.server_address[1]))
    os.rename("port.new", "port")
    server.serve_forever()
    """
}
