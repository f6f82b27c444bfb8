"""Starts the Python runtime client in an execution environment; knows only the standard library.

Called as `python -s -S boot.py HANDLER [REAL_TASK_ROOT REAL_OPT REAL_TMP]`. The last three
are given where the host permits no mounts: then a guard pretends AWS's paths.
"""

import sys

TASK_ROOT, OPT = "/var/task", "/opt"


def start(handler, *real):
    """Import the client before the function's own folders are searched, as AWS's runtime does."""
    libraries = sys.path[0]
    if real:
        import guard

        guard.install(*real)
    try:
        import awslambdaric.__main__ as client
    except ImportError:
        import pure_client as client
    else:
        _accept_addresses_with_a_path(client.LambdaRuntimeClient)
    _search_function_folders(libraries)
    _give_back_what_site_defines()
    sys.argv = ["/var/runtime/bootstrap.py", handler]
    client.main(sys.argv)


def _accept_addresses_with_a_path(client_class):
    """Init errors go through http.client, which takes no `host:port/token`."""
    original = client_class.call_rapid

    def call_rapid(self, method, endpoint, *rest, **options):
        whole = self.lambda_runtime_address
        self.lambda_runtime_address, slash, path = whole.partition("/")
        try:
            return original(self, method, slash + path + endpoint, *rest, **options)
        finally:
            self.lambda_runtime_address = whole

    client_class.call_rapid = call_rapid


def _search_function_folders(libraries):
    packages = "%s/python/lib/python%d.%d/site-packages" % (OPT, *sys.version_info[:2])
    sys.path.remove(libraries)
    sys.path[:0] = [TASK_ROOT, packages, OPT + "/python", libraries]
    # As on AWS, where the folder is read-only: no byte code is written beside the function.
    sys.dont_write_bytecode = True


def _give_back_what_site_defines():
    """`exit()` and `quit()` exist on AWS; -S leaves them out."""
    import builtins
    from _sitebuiltins import Quitter

    builtins.exit, builtins.quit = Quitter("exit", "Ctrl-D"), Quitter("quit", "Ctrl-D")


if __name__ == "__main__":
    start(*sys.argv[1:])
