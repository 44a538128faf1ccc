using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// A mail server that speaks STARTTLS with a certificate of its own. The certificate is nobody's: a test that wants it
/// believed says so by <see cref="Trust"/>, for this process and this very certificate.
/// </summary>
internal sealed class SmtpTwin : IVendorTwin
{
    public const string User = "shop", Password = "not-a-real-password";

    private readonly ConcurrentQueue<TwinMood> moods = new();
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<string> bodies = new();
    private readonly ConcurrentQueue<string> commands = new();
    private readonly X509Certificate2 certificate = Certificate();
    private TcpListener? listener;
    private Task listening = Task.CompletedTask;
    private int offered;

    public int Port { get; } = VendorTwin.FreePort();

    /// <summary>Whether it offers STARTTLS.</summary>
    public bool OffersTls { get; set; } = true;

    /// <summary>What it says to a recipient; null takes everybody.</summary>
    public string? RefusesRecipients { get; set; }

    /// <summary>What it says at the end of a message; null takes it.</summary>
    public string? RefusesMessages { get; set; }

    public int Offered => Volatile.Read(ref offered);

    public IReadOnlyList<string> Bodies => [.. bodies];

    /// <summary>Message-IDs, in order.</summary>
    public IReadOnlyList<string> Accepted => [.. bodies.Select(b => Header(b, "Message-ID").Trim('<', '>'))];

    /// <summary>What it was told before TLS, and after.</summary>
    public IReadOnlyList<string> Commands => [.. commands];

    public static string Header(string mail, string name) => mail.Split("\r\n\r\n")[0].Replace("\r\n ", " ", StringComparison.Ordinal)
        .Split("\r\n").Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(l => l[(name.Length + 1)..].Trim()).FirstOrDefault("");

    public void Next(params TwinMood[] moods)
    {
        foreach (var mood in moods) { this.moods.Enqueue(mood); }
    }

    /// <summary>Believes this twin's certificate, and else what the machine believes, until it is disposed of.</summary>
    public IDisposable Trust() => new Trusting(certificate);

    public Task StartAsync()
    {
        listener = new(IPAddress.Loopback, Port);
        listener.Start();
        listening = ListenAsync(listener);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener?.Dispose();
        await listening;
        certificate.Dispose();
        end.Dispose();
    }

    private async Task ListenAsync(TcpListener at)
    {
        try
        {
            while (true)
            {
                var client = await at.AcceptTcpClientAsync(end.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or AuthenticationException or SocketException)
            {
                // The other side hung up.
            }
        }
    }

    private async Task TalkAsync(Stream plain)
    {
        var mood = moods.TryDequeue(out var next) ? next : TwinMood.Accepts;
        if (mood == TwinMood.AsksLater) { Interlocked.Increment(ref offered); }

        var talk = new Talk(plain, commands, end.Token);
        await talk.SayAsync(mood == TwinMood.AsksLater ? "421 come back later" : "220 twin");
        if (mood == TwinMood.AsksLater) { return; }

        SslStream? secure = null;
        var isIn = false;
        while (await talk.HearAsync() is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await talk.SayAsync(secure is null && OffersTls ? "250-twin\r\n250 STARTTLS" : "250-twin\r\n250 AUTH LOGIN");
                    break;
                case "STARTTLS":
                    await talk.SayAsync("220 go ahead");
                    secure = new SslStream(plain);
                    await secure.AuthenticateAsServerAsync(certificate);
                    talk = new(secure, commands, end.Token);
                    break;
                case "AUTH":
                    isIn = await talk.LogInAsync(line);
                    await talk.SayAsync(isIn ? "235 in" : "535 5.7.8 no");
                    break;
                case "MAIL":
                    await talk.SayAsync(isIn ? "250 ok" : "530 5.7.0 Authentication required");
                    break;
                case "RCPT":
                    await talk.SayAsync(RefusesRecipients ?? "250 ok");
                    break;
                case "DATA":
                    await talk.SayAsync("354 go on");
                    if (!await TakeAsync(talk, mood)) { return; }
                    break;
                case "QUIT":
                    await talk.SayAsync("221 bye");
                    return;
                default:
                    await talk.SayAsync("250 ok");
                    break;
            }
        }
    }

    private async Task<bool> TakeAsync(Talk talk, TwinMood mood)
    {
        Interlocked.Increment(ref offered);
        var mail = new StringBuilder();
        while (await talk.HearAsync(isMail: true) is { } line && line != ".")
        {
            mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        if (RefusesMessages is { } no)
        {
            await talk.SayAsync(no);
            return true;
        }

        bodies.Enqueue(mail.ToString());
        switch (mood)
        {
            case TwinMood.Accepts:
                await talk.SayAsync("250 2.0.0 taken");
                return true;
            case TwinMood.Stalls:
                await Task.Delay(Timeout.Infinite, end.Token);
                return false;
            default:
                return false;
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>Lines there and back.</summary>
    private sealed class Talk(Stream stream, ConcurrentQueue<string> commands, CancellationToken cancel) : IDisposable
    {
        private readonly StreamReader reader = new(stream, Encoding.UTF8, leaveOpen: true);

        public void Dispose() => reader.Dispose();

        public async Task SayAsync(string line) => await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancel);

        public async Task<string?> HearAsync(bool isMail = false)
        {
            var line = await reader.ReadLineAsync(cancel);
            if (line is not null && !isMail) { commands.Enqueue((stream is SslStream ? "tls " : "plain ") + line); }

            return line;
        }

        public async Task<bool> LogInAsync(string line)
        {
            var parts = line.Split(' ');
            if (parts.Length < 3) { await SayAsync("334 VXNlcm5hbWU6"); }

            var user = parts.Length < 3 ? await HearAsync() : parts[2];
            await SayAsync("334 UGFzc3dvcmQ6");
            var password = await HearAsync();
            return user == Convert.ToBase64String(Encoding.UTF8.GetBytes(User))
                && password == Convert.ToBase64String(Encoding.UTF8.GetBytes(Password));
        }
    }

#pragma warning disable SYSLIB0014 // The only place where System.Net.Mail asks whom to believe.
    private sealed class Trusting : IDisposable
    {
        private readonly RemoteCertificateValidationCallback? before = ServicePointManager.ServerCertificateValidationCallback;

        public Trusting(X509Certificate2 certificate)
        {
            var hash = certificate.GetCertHashString(HashAlgorithmName.SHA256);
            ServicePointManager.ServerCertificateValidationCallback = (_, shown, _, errors) =>
                errors == SslPolicyErrors.None || shown?.GetCertHashString(HashAlgorithmName.SHA256) == hash;
        }

        public void Dispose() => ServicePointManager.ServerCertificateValidationCallback = before;
    }
#pragma warning restore SYSLIB0014
}
