// A custom runtime in Rust, standard library only: answers every event with its length, and what it is written in.
use std::env;
use std::io::{Read, Result, Write};
use std::net::TcpStream;

struct Api {
    place: String,
    base: String,
}

impl Api {
    fn new(address: &str) -> Api {
        let (place, path) = match address.split_once('/') {
            Some((place, path)) => (place, format!("/{path}")),
            None => (address, String::new()),
        };
        Api { place: place.to_string(), base: format!("{path}/2018-06-01/runtime/invocation/") }
    }

    fn call(&self, method: &str, path: &str, body: &str) -> Result<Option<(String, String)>> {
        let mut connection = TcpStream::connect(&self.place)?;
        let (base, place, length) = (&self.base, &self.place, body.len());
        write!(
            connection,
            "{method} {base}{path} HTTP/1.1\r\nHost: {place}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )?;
        let mut text = String::new();
        connection.read_to_string(&mut text)?;
        Ok(text.split_once("\r\n\r\n").map(|(head, body)| (head.to_string(), body.to_string())))
    }
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value.trim())
}

fn main() -> Result<()> {
    let api = Api::new(&env::var("AWS_LAMBDA_RUNTIME_API").expect("started by Lambda"));
    while let Some((head, event)) = api.call("GET", "next", "")? {
        println!("handling {}", env::var("_HANDLER").unwrap_or_default());
        let id = header(&head, "Lambda-Runtime-Aws-Request-Id");
        let answer = format!("{{\"language\": \"Rust\", \"bytes\": {}}}", event.len());
        api.call("POST", &format!("{id}/response"), &answer)?;
    }
    Ok(())
}
