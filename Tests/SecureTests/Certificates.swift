// Certificates for the tests, made by the openssl command when the first test asks for one.
import Foundation

enum Certificates {
    /// The folder they stand in; made once for a test run.
    static let folder: String = {
        let folder = NSTemporaryDirectory() + "hoplens-certificates-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let made = Child(["sh", "-c", "mkdir -m 700 '\(folder)' && cd '\(folder)' && umask 077 && \(script)"])
        let text = made.read()
        guard made.wait() else { fatalError("openssl: \(text)") }
        atexit { try? FileManager.default.removeItem(atPath: Certificates.folder) }
        return folder
    }()

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    private static let script = #"""
        set -e
        authority() { # NAME
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out $1.pem -days 30 \
                -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE
        }
        leaf() { # NAME SAN ISSUER START END [EXTRA]
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out $1.csr -subj "/CN=$1/O=Tüst" -utf8
            printf '%s\n%s\n' "${2:+subjectAltName=$2}" "$6" > $1.ext
            mkdir -p db-$1 && : > db-$1/index
            printf '[ca]\ndefault_ca=x\n[x]\ndatabase=db-%s/index\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\norganizationName=optional\n' $1 > $1.cnf
            openssl ca -batch -notext -config $1.cnf -cert $3.pem -keyfile $3.key -in $1.csr -out $1.pem -outdir db-$1 \
                -startdate $4 -enddate $5 -extfile $1.ext -utf8
        }
        authority root
        authority stranger
        past=20200101000000Z; ended=20210101000000Z; future=20490101000000Z; far=20491231000000Z
        leaf good 'DNS:localhost,DNS:*.example.test,IP:127.0.0.1,IP:::1' root $past $far
        leaf expired DNS:localhost root $past $ended
        leaf early DNS:localhost root $future $far
        leaf nameless '' root $past $far
        leaf middle '' root $past $far basicConstraints=critical,CA:TRUE
        leaf deep DNS:localhost middle $past $far
        cat deep.pem middle.pem > deep-chain.pem
        openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem -days 30 -subj /CN=self -addext subjectAltName=DNS:localhost
        openssl ec -in good.key -aes128 -passout pass:secret -out encrypted.key
        openssl pkcs8 -topk8 -in good.key -passout pass:secret -out encrypted8.key
        sed '3s/...../!!!!!/' good.pem > damaged.pem
        sed '2s/...../!!!!!/' good.key > damaged.key
        echo nothing > text.pem
        """#
}
