import Glibc

exit(runCommand(CommandInput.fromProcess()).rawValue)
