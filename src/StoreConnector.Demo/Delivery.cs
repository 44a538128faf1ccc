using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace StoreConnector.Demo;

/// <summary>One webhook delivery: it can be made now and sent later, or twice.</summary>
internal sealed record Delivery(
    string Topic, string Path, byte[] Body, IReadOnlyList<(string Name, string Value)> Headers)
{
    public static byte[] Bytes(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());

    /// <summary>Both platforms sign alike: HMAC-SHA256 over the bytes, in base64.</summary>
    public static string Sign(string secret, byte[] body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>Sends it, as the platform would.</summary>
    public async Task<HttpStatusCode> SendAsync(HttpClient http, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in Headers) { request.Headers.Add(name, value); }

        using var answer = await http.SendAsync(request, cancel);
        return answer.StatusCode;
    }
}
