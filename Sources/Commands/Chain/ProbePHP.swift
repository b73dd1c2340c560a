// The PHP probe, as it is printed. It says what PHP found of a request, in the same sealed report as a node: names,
// lengths and keyed fingerprints of the followed fields, and a few facts; never a value of a credential.
//
// What it may not do is more than what it does: no output, no effect without a valid trace, no change to what WordPress
// decides (its filters return what they were given), nothing written anywhere. The four keys, the trace and the bytes of
// the report are those of NodeChain (ChainAuthority, ChainTrace, Sealed, ReportBytes); where one changes so must the other,
// and Tests/Peers/test_chain_php.py holds them together.

enum ProbePHP {
    static let text = #"""
        <?php
        /*
         * hoplens probe: tells a hoplens node in front of this site what PHP found of a request.
         *
         * Put this file into wp-content/mu-plugins/ (or name it in auto_prepend_file). Remove it and nothing is left.
         * It prints nothing and does nothing at all unless a request carries a trace signed with the chain's key, and then
         * adds one response field, Hoplens-Report, which only that key opens. Credentials, cookies and nonces are told by
         * length and keyed fingerprint, never by value.
         *
         * The key (that of hoplens proxy --chain-key-file) is taken from the first of these that is there:
         *   the constant HOPLENS_CHAIN_KEY, 64 hexadecimal digits (wp-config.php): xxd -p -c 64 chain.key
         *   the environment variable or server parameter HOPLENS_CHAIN_KEY, likewise
         *   the constant, environment variable or server parameter HOPLENS_CHAIN_KEY_FILE: the path of the key file,
         *     which PHP must be able to read and which must not lie below the document root
         *   the file hoplens-chain-key.php beside this one: <?php return '64 hexadecimal digits';
         */
        if (!defined('HOPLENS_PROBE')) {
            define('HOPLENS_PROBE', 1);
            (static function () {
                $sent = isset($_SERVER['HTTP_HOPLENS_TRACE']) ? $_SERVER['HTTP_HOPLENS_TRACE'] : '';
                if (!is_string($sent) || $sent === '' || strlen($sent) > 512) {
                    return;
                }
                $setting = static function ($name) {
                    if (defined($name) && is_string(constant($name))) {
                        return constant($name);
                    }
                    $value = getenv($name);
                    if (is_string($value) && $value !== '') {
                        return $value;
                    }
                    // Apache gives what SetEnv set to a rewritten request under another name.
                    foreach ([$name, 'REDIRECT_' . $name] as $key) {
                        if (isset($_SERVER[$key]) && is_string($_SERVER[$key]) && $_SERVER[$key] !== '') {
                            return $_SERVER[$key];
                        }
                    }
                    return null;
                };
                $hex = $setting('HOPLENS_CHAIN_KEY');
                $file = $setting('HOPLENS_CHAIN_KEY_FILE');
                $beside = __DIR__ . '/hoplens-chain-key.php';
                $key = null;
                if ($hex === null && $file !== null) {
                    $key = @file_get_contents($file, false, null, 0, 33);
                } else {
                    if ($hex === null && @is_file($beside)) {
                        $hex = include $beside;
                    }
                    if (is_string($hex) && preg_match('/^[0-9a-fA-F]{64}$/D', trim($hex))) {
                        $key = hex2bin(trim($hex));
                    }
                }
                if (!is_string($key) || strlen($key) !== 32) {
                    return;
                }
                $sub = static function ($use) use ($key) {
                    return hash_hmac('sha256', 'hoplens-' . $use . '-1', $key, true);
                };
                $trace = null;
                $signing = $sub('trace');
                foreach (array_slice(explode(',', $sent), 0, 4) as $one) {
                    if (!preg_match('/^(1\.(\d{10})\.([0-9a-f]{32}))\.([0-9a-f]{32})$/D', trim($one), $m)) {
                        continue;
                    }
                    $code = bin2hex(substr(hash_hmac('sha256', $m[1], $signing, true), 0, 16));
                    if (hash_equals($code, $m[4]) && abs(time() - (int) $m[2]) <= 60) {
                        $trace = hex2bin($m[3]);
                        break;
                    }
                }
                if ($trace === null) {
                    return;
                }
                // What PHP found is looked at now: plugins change $_SERVER later.
                $server = $_SERVER;
                $all = function_exists('getallheaders') ? @getallheaders() : [];
                $all = is_array($all) ? array_change_key_case($all, CASE_LOWER) : [];
                $cookies = array_keys($_COOKIE);
                $nonce = isset($server['HTTP_X_WP_NONCE']) ? 'X-WP-Nonce' : (isset($_REQUEST['_wpnonce']) ? '_wpnonce' : 'none');
                $found = (object) ['facts' => []];

                $name = static function ($callback) {
                    if ($callback instanceof Closure) {
                        try {
                            $f = new ReflectionFunction($callback);
                            return 'closure in ' . basename((string) $f->getFileName()) . ':' . $f->getStartLine();
                        } catch (Throwable $e) {
                            return 'closure';
                        }
                    }
                    if (is_array($callback) && count($callback) === 2) {
                        $class = is_object($callback[0]) ? get_class($callback[0]) : (string) $callback[0];
                        return $class . '::' . (string) $callback[1];
                    }
                    return is_string($callback) ? $callback : (is_object($callback) ? get_class($callback) : '?');
                };
                // Sees the value behind each priority of a filter, and notes the first at which it became an error.
                $watch = static function ($filter) use ($found, $name) {
                    $hook = isset($GLOBALS['wp_filter'][$filter]) ? $GLOBALS['wp_filter'][$filter] : null;
                    if (!is_object($hook) || !isset($hook->callbacks)) {
                        return;
                    }
                    foreach (array_keys($hook->callbacks) as $priority) {
                        $names = [];
                        foreach ($hook->callbacks[$priority] as $entry) {
                            $names[] = $name(isset($entry['function']) ? $entry['function'] : null);
                        }
                        add_filter($filter, static function ($value) use ($filter, $names, $found) {
                            if (is_wp_error($value) && !isset($found->facts['refused_by'])) {
                                $found->facts['refused_code'] = (string) $value->get_error_code();
                                $found->facts['refused_by'] = $filter . ': ' . implode(' or ', array_slice($names, 0, 3));
                            }
                            return $value;
                        }, $priority, 1);
                    }
                };
                $hook = static function ($tag, $callback, $arguments) {
                    if (function_exists('add_filter')) {
                        add_filter($tag, $callback, PHP_INT_MAX, $arguments);
                    } else {
                        // In front of WordPress (auto_prepend_file): it takes these over when it starts.
                        $GLOBALS['wp_filter'][$tag][PHP_INT_MAX][] = ['function' => $callback, 'accepted_args' => $arguments];
                    }
                };
                $hook('rest_api_init', static function ($server = null) use ($watch) {
                    $watch('rest_authentication_errors');
                    $watch('rest_pre_dispatch');
                    return $server;
                }, 1);
                $hook('application_password_failed_authentication', static function ($error = null) use ($found) {
                    if (is_object($error) && method_exists($error, 'get_error_code')) {
                        $found->facts['application_password'] = (string) $error->get_error_code();
                    }
                    return $error;
                }, 1);

                header_register_callback(static function () use ($sub, $trace, $server, $all, $cookies, $nonce, $found) {
                    try {
                        $fingerprinting = $sub('fingerprint');
                        $item = static function ($tag, $bytes) {
                            return chr($tag) . pack('n', strlen($bytes)) . $bytes;
                        };
                        $text = static function ($value, $most) {
                            return substr(preg_replace('/[^\x20-\x7e]/', '?', (string) $value), 0, $most);
                        };
                        $facts = [];
                        $values = [];
                        $followed = '/^(authorization|proxy-authorization|cookie|x-wp-nonce|x-api-key|origin|host|referer'
                            . '|access-control-.*|cache-control|forwarded|x-forwarded-.*|content-type|content-encoding)$/';
                        foreach ($server as $key => $value) {
                            if (!is_string($value) || !is_string($key)) {
                                continue;
                            }
                            if (strncmp($key, 'HTTP_', 5) === 0) {
                                $field = strtolower(strtr(substr($key, 5), '_', '-'));
                            } elseif (($key === 'CONTENT_TYPE') && $value !== '') {
                                $field = 'content-type';
                            } else {
                                continue;
                            }
                            if ($field !== 'authorization' && preg_match($followed, $field)) {
                                $values[$field] = $value;
                            }
                        }
                        $source = 'none';
                        $get = static function ($key) use ($server) {
                            return isset($server[$key]) && is_string($server[$key]) && $server[$key] !== '' ? $server[$key] : null;
                        };
                        if ($get('HTTP_AUTHORIZATION') !== null) {
                            $source = 'HTTP_AUTHORIZATION';
                            $values['authorization'] = $server['HTTP_AUTHORIZATION'];
                        } elseif ($get('REDIRECT_HTTP_AUTHORIZATION') !== null) {
                            $source = 'REDIRECT_HTTP_AUTHORIZATION';
                            $values['authorization'] = $server['REDIRECT_HTTP_AUTHORIZATION'];
                        } elseif ($get('PHP_AUTH_USER') !== null) {
                            $source = 'PHP_AUTH_USER';
                            $password = isset($server['PHP_AUTH_PW']) ? $server['PHP_AUTH_PW'] : '';
                            $values['authorization'] = 'Basic ' . base64_encode($server['PHP_AUTH_USER'] . ':' . $password);
                        } elseif (isset($all['authorization']) && $all['authorization'] !== '') {
                            $source = 'getallheaders';
                        }
                        $facts['authorization'] = $source;
                        $present = [];
                        foreach (['HTTP_AUTHORIZATION', 'REDIRECT_HTTP_AUTHORIZATION', 'PHP_AUTH_USER', 'PHP_AUTH_PW'] as $key) {
                            if ($get($key) !== null) {
                                $present[] = $key;
                            }
                        }
                        if (isset($all['authorization'])) {
                            $present[] = 'getallheaders()';
                        }
                        $facts['authorization_in'] = $present ? implode(' ', $present) : 'none';
                        $facts['nonce'] = $nonce;
                        $facts['cookies'] = $cookies ? implode(' ', $cookies) : 'none';
                        $facts['https'] = isset($server['HTTPS']) && is_string($server['HTTPS']) ? $server['HTTPS'] : 'unset';
                        $facts['port'] = isset($server['SERVER_PORT']) ? $server['SERVER_PORT'] : 'unset';
                        $facts['host'] = isset($server['HTTP_HOST']) ? $server['HTTP_HOST'] : 'unset';
                        $facts['sapi'] = PHP_SAPI;
                        $facts['php'] = PHP_VERSION;
                        // Only what WordPress has settled by itself: asking would make it decide.
                        if (isset($GLOBALS['current_user']) && is_object($GLOBALS['current_user'])
                            && isset($GLOBALS['current_user']->ID)) {
                            $facts['user'] = (string) (int) $GLOBALS['current_user']->ID;
                        }
                        foreach ($found->facts as $key => $value) {
                            $facts[$key] = $value;
                        }
                        $body = $item(1, "\x01PHP") . $item(2, $trace) . $item(3, pack('J', time()));
                        $cut = false;
                        foreach ($facts as $key => $value) {
                            $one = $item(9, $key . "\x00" . $text($value, 120));
                            if (strlen($body) + strlen($one) < 900) {
                                $body .= $one;
                            }
                        }
                        foreach ($values as $field => $value) {
                            $one = $item(4, chr(strlen($field)) . ucwords($field, '-') . pack('N', strlen($value))
                                . substr(hash_hmac('sha256', $value, $fingerprinting, true), 0, 4));
                            if (strlen($field) < 256 && strlen($body) + strlen($one) < 1450) {
                                $body .= $one;
                            } else {
                                $cut = true;
                            }
                        }
                        if ($cut) {
                            $body .= $item(11, "\x00");
                        }
                        $start = random_bytes(12);
                        $seal = $sub('seal');
                        $stream = '';
                        for ($n = 0; strlen($stream) < strlen($body); $n++) {
                            $stream .= hash_hmac('sha256', $start . pack('N', $n), $seal, true);
                        }
                        $bytes = "\x01" . $start . ($body ^ substr($stream, 0, strlen($body)));
                        $bytes .= substr(hash_hmac('sha256', $bytes, $sub('report'), true), 0, 16);
                        header('Hoplens-Report: ' . rtrim(strtr(base64_encode($bytes), '+/', '-_'), '='), false);
                    } catch (Throwable $e) {
                        // A probe that fails is silent: the site must not notice it.
                    }
                });
            })();
        }
        """#
}
