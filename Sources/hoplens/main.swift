import Commands
import Glibc

exit(Commands.main(arguments: CommandLine.arguments))
