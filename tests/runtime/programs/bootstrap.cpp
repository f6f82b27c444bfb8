// A custom runtime in C++ over a plain socket: answers every event with its length, and what it is written in.
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

struct Reply {
  std::string head, body;

  std::string header(const std::string& name) const {
    std::string lower = head;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    auto at = lower.find("\r\n" + name + ":");
    if (at == std::string::npos) return "";
    auto begin = head.find_first_not_of(' ', at + name.size() + 3);
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class Api {
 public:
  explicit Api(const std::string& address) {
    auto slash = address.find('/');
    place_ = address.substr(0, slash);
    base_ = (slash == std::string::npos ? "" : address.substr(slash)) + "/2018-06-01/runtime/invocation/";
  }

  Reply call(const std::string& method, const std::string& path, const std::string& body = "") const {
    int connection = open();
    std::string request = method + " " + base_ + path + " HTTP/1.1\r\nHost: " + place_ + "\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
    if (write(connection, request.data(), request.size()) < 0) throw std::runtime_error("write");
    std::string text;
    char buffer[65536];
    for (ssize_t got; (got = read(connection, buffer, sizeof buffer)) > 0;) text.append(buffer, got);
    close(connection);
    auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) std::exit(0);  // the environment is over
    return {text.substr(0, end + 2), text.substr(end + 4)};
  }

 private:
  int open() const {
    auto colon = place_.rfind(':');
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(place_.substr(0, colon).c_str(), place_.substr(colon + 1).c_str(), &hints, &found) != 0)
      throw std::runtime_error("address");
    int connection = socket(found->ai_family, found->ai_socktype, 0);
    if (connect(connection, found->ai_addr, found->ai_addrlen) != 0) throw std::runtime_error("connect");
    freeaddrinfo(found);
    return connection;
  }

  std::string place_, base_;
};

int main() {
  Api api(std::getenv("AWS_LAMBDA_RUNTIME_API"));
  while (true) {
    Reply event = api.call("GET", "next");
    std::cout << "handling " << std::getenv("_HANDLER") << std::endl;
    std::string id = event.header("lambda-runtime-aws-request-id");
    std::string answer = "{\"language\": \"C++\", \"bytes\": " + std::to_string(event.body.size()) + "}";
    api.call("POST", id + "/response", answer);
  }
}
