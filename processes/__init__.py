"""How the processes of one host are started, kept alive, ended and heard."""
